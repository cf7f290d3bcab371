"""Opening hours: a week, its exceptions and whether public holidays close the door."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vinloop.kernel.clocks.holiday_table import is_holiday, is_known_country, is_make_up_workday

Interval: TypeAlias = tuple[int, int]
"""Opening and closing minute after local midnight, 0 <= open < close <= 1440."""
Intervals: TypeAlias = tuple[Interval, ...]

DAY_MINUTES = 24 * 60
_WEEK = 7
_WORKING_WEEK = range(5)


class ScheduleError(ValueError):
    """The opening hours contradict themselves; the message says where."""


@dataclass(frozen=True)
class Schedule:
    """When somebody can be expected to act.

    ``weekly`` has seven entries, Monday first. ``exceptions`` replace the hours of single dates (no interval
    means closed) and win over holidays. A night shift is written as two intervals, up to 1440 and from 0; one
    over midnight is refused. Raises :class:`ScheduleError`.
    """

    timezone: str
    weekly: tuple[Intervals, ...]
    exceptions: Mapping[date, Intervals] = field(default_factory=dict)
    holiday_country: str | None = None
    closes_on_holidays: bool = False
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        _check_timezone(self.timezone)
        if len(self.weekly) != _WEEK:
            raise ScheduleError(f"a week has seven days, not {len(self.weekly)}")
        for number, intervals in enumerate(self.weekly):
            _check_intervals(intervals, f"weekday {number}")
        for day, intervals in self.exceptions.items():
            _check_intervals(intervals, day.isoformat())
        if self.holiday_country is not None and not is_known_country(self.holiday_country):
            raise ScheduleError(f"no public holidays are known for {self.holiday_country!r}")
        self._freeze()

    def __hash__(self) -> int:
        return self._hash

    def intervals_on(self, day: date) -> Intervals:
        """The opening hours of one local date, after exceptions, holidays and make-up working days."""
        explicit = self.exceptions.get(day)
        if explicit is not None:
            return explicit
        usual = self.weekly[day.weekday()]
        if not self.closes_on_holidays or self.holiday_country is None:
            return usual
        if is_holiday(self.holiday_country, day):
            return ()
        if not usual and is_make_up_workday(self.holiday_country, day):
            return self._working_day_hours()
        return usual

    def _working_day_hours(self) -> Intervals:
        """A make-up Saturday is worked like the first working day of the week."""
        return next((self.weekly[day] for day in _WORKING_WEEK if self.weekly[day]), ())

    def _freeze(self) -> None:
        """Copy the exceptions, so nobody changes them behind the caches, and remember the hash."""
        exceptions = MappingProxyType(dict(self.exceptions))
        identity = (self.timezone, self.weekly, frozenset(exceptions.items()), self.holiday_country)
        object.__setattr__(self, "exceptions", exceptions)
        object.__setattr__(self, "_hash", hash((*identity, self.closes_on_holidays)))


def always_open(timezone: str = "UTC") -> Schedule:
    """Around the clock, every day."""
    return Schedule(timezone, uniform_week((0, DAY_MINUTES)))


def uniform_week(*intervals: Interval, days: Collection[int] = range(_WEEK)) -> tuple[Intervals, ...]:
    """The same hours on each of the given weekdays (Monday is 0), closed on the others."""
    return tuple(intervals if day in days else () for day in range(_WEEK))


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScheduleError(f"unknown time zone {name!r}") from error


def _check_intervals(intervals: Intervals, where: str) -> None:
    for opens, closes in intervals:
        if not 0 <= opens < closes <= DAY_MINUTES:
            raise ScheduleError(
                f"{where}: {opens}-{closes} must lie between 0 and {DAY_MINUTES}; "
                "hours over midnight are written as two intervals"
            )
    for (_, closes), (opens, _) in pairwise(intervals):
        if opens < closes:
            raise ScheduleError(f"{where}: intervals overlap or are out of order")
