"""Whose opening hours count: the nearest calendar up the tree, as the clocks understand it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from vinloop.kernel.caches import Remembered
from vinloop.kernel.clocks import Intervals, Schedule, uniform_week
from vinloop.kernel.models import Calendar, CalendarException, Organisation

log = logging.getLogger(__name__)
DEFAULT_HOURS = (9 * 60, 18 * 60)


def default_schedule(timezone: str = "Asia/Shanghai") -> Schedule:
    """Every day from nine to six, for organisations without any calendar above them."""
    return Schedule(timezone, uniform_week(DEFAULT_HOURS))


def build_schedule(calendar: Calendar, exceptions: Mapping[date, Intervals]) -> Schedule:
    """A stored calendar as the clocks take it. Raises ``ScheduleError`` when its hours contradict themselves."""
    return Schedule(
        timezone=calendar.timezone,
        weekly=tuple(_intervals(day) for day in calendar.weekly_hours) or uniform_week(DEFAULT_HOURS),
        exceptions=exceptions,
        holiday_country=calendar.holiday_country or None,
        closes_on_holidays=calendar.closes_on_holidays,
    )


def schedule_of(organisation_id: int) -> Schedule:
    """The opening hours of an organisation; remembered for ten seconds. Unknown ids get the default."""
    return _schedules().get(organisation_id) or default_schedule()


def _intervals(hours: Any) -> Intervals:
    return tuple((int(opens), int(closes)) for opens, closes in hours)


def _load() -> dict[int, Schedule]:
    """Three queries: the tree, the calendars, their exceptions."""
    calendars = _calendars()
    places = list(Organisation.objects.values_list("id", "path", "timezone", "calendar_id"))
    own = {id_: calendars[calendar] for id_, _, _, calendar in places if calendar in calendars}
    return {id_: _nearest(path, own) or default_schedule(timezone) for id_, path, timezone, _ in places}


def _nearest(path: str, own: Mapping[int, Schedule]) -> Schedule | None:
    chain = reversed([int(part) for part in path.split("/") if part])
    return next((own[each] for each in chain if each in own), None)


def _calendars() -> dict[int, Schedule]:
    exceptions: dict[int, dict[date, Intervals]] = {}
    for calendar_id, day, hours in CalendarException.objects.values_list("calendar_id", "date", "hours"):
        exceptions.setdefault(calendar_id, {})[day] = _intervals(hours)
    schedules = {}
    for calendar in Calendar.objects.all():
        try:
            schedules[calendar.pk] = build_schedule(calendar, exceptions.get(calendar.pk, {}))
        except (ValueError, TypeError):
            # One broken calendar must not stop dispatching for everybody; its users get the default hours.
            log.exception("calendar %s has hours nobody can read", calendar.pk)
    return schedules


_schedules: Remembered[dict[int, Schedule]] = Remembered(_load)


def forget_schedules() -> None:
    """Read the calendars again at the next question; called after one was edited."""
    _schedules.forget()
