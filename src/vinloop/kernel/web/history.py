"""Timelines from the event table: filtered by kind, in parts, with doors and codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.events import queries
from vinloop.kernel.models import Event
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.record import Chip, Timeline, TimelineEntry

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
    request: ActorRequest, events: QuerySet[Event], *, url: str, live: str = "", groups: tuple[str, ...] = tuple(GROUPS)
) -> Timeline:
    """One part of a timeline: of one ``group``, from ``before`` on, as the address says; one query."""
    address = Address(url, request.GET)
    group, place = address.get("group"), _place(address.get("before"))
    if group in GROUPS:
        events = events.filter(kind__in=queries.kinds_in_group(group))
    if place:
        # Compared as one row, so that PostgreSQL goes on reading its index where the last part ended.
        events = events.filter(TupleLessThan(Tuple("at", "id"), place))
    found = list(queries.with_names(events)[: PART + 1])
    last = found[PART - 1] if len(found) > PART else None
    group_part = f"&group={group}" if group in GROUPS else ""
    return Timeline(
        entries=[_entry(each) for each in queries.timeline(found[:PART])],
        chips=_chips(url, group, groups),
        url=f"{url}?{group_part[1:]}" if group_part else url,
        more_url=f"{url}?before={last.at.timestamp():.6f}-{last.pk}{group_part}" if last else "",
        live=live,
    )


def timeline_part(request: ActorRequest, timeline: Timeline) -> HttpResponse:
    """What the addresses inside a timeline answer: the whole piece, or only the earlier days."""
    name = "kernel/_timeline_days.html" if request.GET.get("before") else "kernel/_timeline.html"
    return render(request, name, {"timeline": timeline})


def door_words(door: str) -> str:
    """Through which door something came, in words."""
    return str(DOORS.get(door, door))


def _chips(url: str, chosen: str, groups: tuple[str, ...]) -> list[Chip]:
    everything = Chip(_("All"), url, chosen not in GROUPS)
    return [everything, *(Chip(GROUPS[name], f"{url}?group={name}", name == chosen) for name in groups)]


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
