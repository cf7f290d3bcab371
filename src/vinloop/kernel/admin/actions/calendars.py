"""Opening hours. They belong to the whole installation, so only headquarters changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.admin.actions.organisations import MANAGE
from vinloop.kernel.admin.events import CalendarChanged, about_calendar
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.clocks import Intervals, Schedule, ScheduleError
from vinloop.kernel.events import record
from vinloop.kernel.models import Calendar, CalendarException
from vinloop.kernel.refusals import Refused

_ANY_DAY: Final = date(2000, 1, 1)
HOURS_RULE: Final = _(
    "Hours lie between 00:00 and 24:00, one after the other. Write a night as two: 20:00-24:00 and 00:00-06:00."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarHours:
    """A week of opening hours, Monday first; ``holiday_country`` is an ISO 3166 code or empty."""

    name: str
    timezone: str
    weekly: tuple[Intervals, ...]
    holiday_country: str = ""
    closes_on_holidays: bool = True


def save_calendar(*, actor: Actor, calendar: Calendar | None, hours: CalendarHours, at: datetime) -> Calendar:
    """Make opening hours, or change those of ``calendar``. Deadlines that run already keep their times."""
    _require(actor)
    _refuse_hours(hours)
    others = Calendar.objects.exclude(pk=calendar.pk) if calendar else Calendar.objects.all()
    if not hours.name.strip():
        raise Refused("no_name", _("Enter a name."), "name")
    if others.filter(name=hours.name.strip()).exists():
        raise Refused("name_taken", _("Other opening hours have this name."), "name")
    calendar = calendar or Calendar()
    calendar.name = hours.name.strip()
    calendar.timezone = hours.timezone
    calendar.weekly_hours = [[list(interval) for interval in day] for day in hours.weekly]
    calendar.holiday_country = hours.holiday_country
    calendar.closes_on_holidays = hours.closes_on_holidays
    calendar.save()
    _tell(actor, calendar, "week", at)
    return calendar


def set_exception(
    *, actor: Actor, calendar: Calendar, day: date, hours: Intervals, note: str, at: datetime
) -> CalendarException:
    """Give one date its own hours; none means closed. It wins over weekday and holiday."""
    _require(actor)
    try:
        Schedule("UTC", ((),) * 7, {day: hours})
    except ScheduleError as error:
        raise Refused("bad_hours", str(HOURS_RULE), "hours") from error
    exception, _made = CalendarException.objects.update_or_create(
        calendar=calendar,
        date=day,
        defaults={"hours": [list(interval) for interval in hours], "note": note.strip()[:200]},
    )
    _tell(actor, calendar, day.isoformat(), at)
    return exception


def remove_exception(*, actor: Actor, exception: CalendarException, at: datetime) -> None:
    """Let a date have its usual hours again."""
    _require(actor)
    calendar, day = exception.calendar, exception.date
    exception.delete()
    _tell(actor, calendar, day.isoformat(), at)


def _require(actor: Actor) -> None:
    actor.require(MANAGE)
    if not actor.sees_all:
        raise NotAllowed(MANAGE)


def _refuse_hours(hours: CalendarHours) -> None:
    try:
        Schedule(hours.timezone, hours.weekly, {}, hours.holiday_country or None, hours.closes_on_holidays)
    except ScheduleError as error:
        raise Refused("bad_hours", str(HOURS_RULE)) from error


def _tell(actor: Actor, calendar: Calendar, detail: str, at: datetime) -> None:
    forget_everything()
    transaction.on_commit(forget_everything)
    subject = about_calendar(calendar, actor.organisation_id)
    record(CalendarChanged(detail=detail), actor=actor, subject=subject, at=at)
