"""Business-time arithmetic on UTC instants, safe over daylight-saving changes.

Instants are whole microseconds since 1970. One calendar per schedule remembers each date's opening hours in
UTC, so a deadline costs a few dictionary look-ups.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from vinloop.kernel.clocks.schedule import Schedule

_Span: TypeAlias = tuple[int, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_CLOSED_DAYS_ENOUGH = 1500  # four years without one open minute: nobody is coming back
_DAYS_REMEMBERED = 20_000


class NeverOpen(Exception):
    """The schedule has no open minute within four years, so nothing can ever be due."""


def add_business_minutes(schedule: Schedule, start: datetime, minutes: int) -> datetime:
    """The UTC instant at which ``minutes`` of opening time have passed since ``start``.

    Time runs out at closing, not at the next opening: an hour from 17:00 where doors close at 18:00 is 18:00.
    No minutes is ``start`` itself. Raises NeverOpen; ValueError for a negative count or a naive time.
    """
    if minutes < 0:
        raise ValueError("deadlines lie ahead: minutes must not be negative")
    at = _to_us(start)
    left = minutes * _MINUTE_US
    if left == 0:
        return _to_datetime(at)
    for opens, closes in _open_spans(schedule, at):
        if left <= closes - opens:
            return _to_datetime(opens + left)
        left -= closes - opens
    raise NeverOpen(schedule.timezone)


def business_seconds_between(schedule: Schedule, start: datetime, end: datetime) -> int:
    """Whole seconds of opening time from ``start`` to ``end``; negative when ``end`` is the earlier one."""
    a, b = _to_us(start), _to_us(end)
    if b < a:
        return -business_seconds_between(schedule, end, start)
    calendar = _calendar(schedule)
    day, last = calendar.local_date(a), calendar.local_date(b)
    open_us = 0
    while day <= last:
        open_us += sum(max(min(closes, b) - max(opens, a), 0) for opens, closes in calendar.spans_on(day))
        if day == last:
            break
        day += _ONE_DAY
    return open_us // _SECOND_US


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether the doors are open at this instant; the closing minute itself is closed."""
    instant = _to_us(at)
    calendar = _calendar(schedule)
    return any(opens <= instant < closes for opens, closes in calendar.spans_on(calendar.local_date(instant)))


def next_opening(schedule: Schedule, at: datetime) -> datetime:
    """The first open UTC instant from ``at`` on; ``at`` itself when it is open. Raises NeverOpen."""
    for opens, _ in _open_spans(schedule, _to_us(at)):
        return _to_datetime(opens)
    raise NeverOpen(schedule.timezone)


class _Calendar:
    """The opening hours of one schedule in UTC, date by date, computed once each."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._zone = ZoneInfo(schedule.timezone)
        self._spans: dict[date, tuple[_Span, ...]] = {}

    def local_date(self, instant: int) -> date:
        return _to_datetime(instant).astimezone(self._zone).date()

    def spans_on(self, day: date) -> tuple[_Span, ...]:
        spans = self._spans.get(day)
        if spans is None:
            if len(self._spans) >= _DAYS_REMEMBERED:
                self._spans.clear()
            spans = self._spans[day] = tuple(self._compute(day))
        return spans

    def _compute(self, day: date) -> Iterator[_Span]:
        for opens_minute, closes_minute in self._schedule.intervals_on(day):
            opens, closes = self._instant(day, opens_minute), self._instant(day, closes_minute)
            if opens < closes:  # an interval may vanish in the hour that is skipped in spring
                yield opens, closes

    def _instant(self, day: date, minute: int) -> int:
        """A local time as UTC: the first of two, and for one that is skipped the moment of the jump."""
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
        local = wall.replace(tzinfo=self._zone)
        instant = _to_us(local)
        if _to_datetime(instant).astimezone(self._zone).replace(tzinfo=None) == wall:
            return instant
        return self._jump_between(_to_us(local.replace(fold=1)), instant)

    def _jump_between(self, before: int, after: int) -> int:
        """The second at which the zone's offset changes, by bisection."""
        low, high = before // _SECOND_US, after // _SECOND_US
        offset = self._offset(high)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._offset(middle) == offset else (middle + 1, high)
        return low * _SECOND_US

    def _offset(self, second: int) -> timedelta | None:
        return datetime.fromtimestamp(second, self._zone).utcoffset()


@lru_cache(maxsize=4096)
def _calendar(schedule: Schedule) -> _Calendar:
    return _Calendar(schedule)


def _open_spans(schedule: Schedule, since: int) -> Iterator[_Span]:
    """Opening times from an instant on; ends after four closed years or at the end of the calendar."""
    calendar = _calendar(schedule)
    day = calendar.local_date(since)
    closed_days = 0
    while closed_days < _CLOSED_DAYS_ENOUGH and day.year < date.max.year:
        closed_days += 1
        for opens, closes in calendar.spans_on(day):
            if closes > since:
                closed_days = 0
                yield max(opens, since), closes
        day += _ONE_DAY


def _to_us(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time without zone cannot be placed on a calendar")
    return (at - _EPOCH) // _MICROSECOND


def _to_datetime(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)
