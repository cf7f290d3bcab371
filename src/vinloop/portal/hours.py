"""Opening hours in words a buyer reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from vinloop.kernel.clocks import Intervals, NeverOpen, Schedule, add_business_minutes, is_open, next_opening

_WEEKDAYS = (
    pgettext_lazy("opening hours", "Mon"),
    pgettext_lazy("opening hours", "Tue"),
    pgettext_lazy("opening hours", "Wed"),
    pgettext_lazy("opening hours", "Thu"),
    pgettext_lazy("opening hours", "Fri"),
    pgettext_lazy("opening hours", "Sat"),
    pgettext_lazy("opening hours", "Sun"),
)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Days that share their hours."""

    days: str
    hours: str


def week_lines(schedule: Schedule) -> list[HoursLine]:
    """The usual week: ``Mon–Fri 09:00–18:00``, ``Sat–Sun closed``."""
    return [HoursLine(_days(first, last), _hours(intervals)) for first, last, intervals in _runs(schedule)]


def open_words(schedule: Schedule, at: datetime) -> tuple[bool, str]:
    """Whether it is open now, and until when, or when it opens next, in its own time zone."""
    try:
        if is_open(schedule, at):
            return True, _("Open now, until %(time)s") % {"time": _closing(schedule, at)}
        return False, _("Closed now, opens %(when)s") % {"when": moment_words(next_opening(schedule, at), at, schedule)}
    except NeverOpen:
        return False, _("Closed")


def call_words(schedule: Schedule, received_at: datetime, minutes: int) -> str:
    """By when somebody calls, counted in opening hours: ``today by 15:20``; empty when nobody ever opens."""
    try:
        due = add_business_minutes(schedule, received_at, minutes)
    except NeverOpen:
        return ""
    words = (_("today by %(time)s"), _("tomorrow by %(time)s"), _("on %(day)s by %(time)s"))
    return _by_distance(due, received_at, schedule, words)


def moment_words(moment: datetime, at: datetime, schedule: Schedule) -> str:
    """``today 15:20``, ``tomorrow 09:00`` or the date with its weekday, in the schedule's time zone."""
    words = (_("today %(time)s"), _("tomorrow %(time)s"), _("%(day)s, %(time)s"))
    return _by_distance(moment, at, schedule, words)


def _by_distance(moment: datetime, at: datetime, schedule: Schedule, words: tuple[str, str, str]) -> str:
    zone = ZoneInfo(schedule.timezone)
    local = moment.astimezone(zone)
    ahead = (local.date() - at.astimezone(zone).date()).days
    return words[min(max(ahead, 0), 2)] % {"time": f"{local:%H:%M}", "day": long_day(local.date())}


def long_day(day: date) -> str:
    """A date with its weekday, as the reader's language orders it."""
    # Translators: Django's date format for a day with its weekday; Chinese: n月j日 l
    pattern = _("l, j F")
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day, pattern)


def short_day(day: date) -> str:
    """``22 November 2026``; in Chinese ``2026年11月22日``."""
    # Translators: Django's date format for a day; Chinese: Y年n月j日
    pattern = _("j F Y")
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day, pattern)


def _runs(schedule: Schedule) -> Iterator[tuple[int, int, Intervals]]:
    first = 0
    for day in range(1, 8):
        if day == 7 or schedule.weekly[day] != schedule.weekly[first]:
            yield first, day - 1, schedule.weekly[first]
            first = day


def _days(first: int, last: int) -> str:
    if first == 0 and last == 6:
        return _("Every day")
    one, two = str(_WEEKDAYS[first]), str(_WEEKDAYS[last])
    return one if first == last else f"{one}–{two}"


def _hours(intervals: Intervals) -> str:
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in intervals) or _("closed")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _closing(schedule: Schedule, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(schedule.timezone))
    minute = local.hour * 60 + local.minute
    return next(
        (_clock(closes) for opens, closes in schedule.intervals_on(local.date()) if opens <= minute < closes), ""
    )
