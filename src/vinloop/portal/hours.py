"""Opening hours in words a buyer reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vinloop.kernel.clocks import Intervals, NeverOpen, Schedule, add_business_minutes, is_open, next_opening


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
    """By when somebody calls, counted in opening hours; empty when nobody ever opens."""
    try:
        return moment_words(add_business_minutes(schedule, received_at, minutes), received_at, schedule)
    except NeverOpen:
        return ""


def moment_words(moment: datetime, at: datetime, schedule: Schedule) -> str:
    """``today 15:20``, ``tomorrow 09:00`` or the date with its weekday, in the schedule's time zone."""
    zone = ZoneInfo(schedule.timezone)
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    values = {"time": f"{local:%H:%M}", "day": date_format(local.date(), "l, j F")}
    if local.date() == today:
        return _("today %(time)s") % values
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % values
    return _("%(day)s, %(time)s") % values


def _runs(schedule: Schedule) -> Iterator[tuple[int, int, Intervals]]:
    first = 0
    for day in range(1, 8):
        if day == 7 or schedule.weekly[day] != schedule.weekly[first]:
            yield first, day - 1, schedule.weekly[first]
            first = day


def _days(first: int, last: int) -> str:
    if first == 0 and last == 6:
        return _("Every day")
    one, two = str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last])
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
