"""Timelines from the event table: filtered by kind, in parts, with doors and codes in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.events import queries
from vinloop.kernel.models import Event
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.record import Chip, Period, Timeline, TimelineEntry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PART = 30
GROUPS: Mapping[str, StrOrPromise] = {
    "contacts": _("Contacts"),
    "sales": _("Sales"),
    "service": _("Service"),
    "marketing": _("Marketing"),
    "changes": _("Changes"),
}
DOORS: Mapping[str, StrOrPromise] = {
    "screen": _("on screen"),
    "api": _("through the API"),
    "portal": _("on the website"),
    "adf": _("by ADF"),
    "mail": _("by e-mail"),
    "import": _("by import"),
    "job": _("automatically"),
    "command": _("by command"),
}


def event_timeline(
    request: ActorRequest,
    events: QuerySet[Event] | Sequence[QuerySet[Event]],
    *,
    url: str,
    live: str = "",
    groups: tuple[str, ...] = tuple(GROUPS),
    has_period: bool = False,
) -> Timeline:
    """One part of a timeline: of one ``group``, of a time, from ``before`` on, as the address says; one query.

    Several sets of events (a customer and those who became one with them) are read each along its index and woven
    together. ``has_period`` offers the reader the choice of a time.
    """
    address = Address(url, request.GET)
    several = [events] if isinstance(events, QuerySet) else events
    found = list(_woven([_narrowed(each, address) for each in several]))
    last = found[PART - 1] if len(found) > PART else None
    group = address.get("group") if address.get("group") in GROUPS else None
    period = Period(address.get("from"), address.get("to")) if has_period else None
    here = {"group": group, "from": period.start if period else None, "to": period.end if period else None}
    more = {**here, "before": f"{last.at.timestamp():.6f}-{last.pk}" if last else None}
    bare = Address(url, QueryDict())
    return Timeline(
        entries=[_entry(each) for each in queries.timeline(found[:PART])],
        chips=_chips(bare, here, groups),
        url=bare.url(**here),
        more_url=bare.url(**more) if last else "",
        live=live,
        period=period,
        group=group or "",
    )


def _narrowed(events: QuerySet[Event], address: Address) -> QuerySet[Event]:
    group, place = address.get("group"), _place(address.get("before"))
    start, end = _day(address.get("from")), _day(address.get("to"))
    if group in GROUPS:
        events = events.filter(kind__in=queries.kinds_in_group(group))
    if start:
        events = events.filter(at__gte=_midnight(start))
    if end and end < date.max:
        events = events.filter(at__lt=_midnight(end + timedelta(days=1)))
    if place:
        # Compared as one row, so that PostgreSQL goes on reading its index where the last part ended.
        events = events.filter(TupleLessThan(Tuple("at", "id"), place))
    return queries.with_names(events)[: PART + 1]


def _woven(several: Sequence[QuerySet[Event]]) -> QuerySet[Event]:
    first, *others = several
    if not others:
        return first
    return first.union(*others, all=True).order_by("-at", "-id")[: PART + 1]


def timeline_part(request: ActorRequest, timeline: Timeline) -> HttpResponse:
    """What the addresses inside a timeline answer: the whole piece, or only the earlier days."""
    name = "kernel/_timeline_days.html" if request.GET.get("before") else "kernel/_timeline.html"
    return render(request, name, {"timeline": timeline})


def door_words(door: str) -> str:
    """Through which door something came, in words."""
    return str(DOORS.get(door, door))


def _chips(bare: Address, here: Mapping[str, str | None], groups: tuple[str, ...]) -> list[Chip]:
    everything = Chip(_("All"), bare.url(**{**here, "group": None}), here["group"] is None)
    chips = (Chip(GROUPS[name], bare.url(**{**here, "group": name}), name == here["group"]) for name in groups)
    return [everything, *chips]


def _entry(entry: queries.TimelineEntry) -> TimelineEntry:
    return TimelineEntry(
        at=entry.at,
        title=entry.title,
        detail=entry.detail,
        who=entry.who,
        door="" if entry.door == "screen" else door_words(entry.door),
        icon=entry.icon,
    )


def _place(text: str) -> tuple[datetime, int] | None:
    seconds, _dash, number = text.partition("-")
    try:
        return datetime.fromtimestamp(float(seconds), tz=UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    """The beginning of a day in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
