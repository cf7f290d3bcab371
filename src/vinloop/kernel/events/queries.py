"""Reads the event table for people: timelines and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from vinloop.kernel.events.facts import fact_class, fact_kinds, render_fact, spell
from vinloop.kernel.models import Event, User

_SINGLY = 20


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a timeline."""

    id: int
    at: datetime
    kind: str
    group: str
    icon: str
    title: str
    detail: str
    who: str
    door: str
    ref: str


def events_of(subject_kind: str, subject_id: int) -> QuerySet[Event]:
    """Facts about one subject, newest first; row-level security leaves out what the actor may not see."""
    return Event.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-at", "-id")


def events_of_customer(customer_id: int) -> QuerySet[Event]:
    """Facts about one customer over all modules, newest first."""
    return Event.objects.filter(customer_id=customer_id).order_by("-at", "-id")


def events_of_customers(customer_ids: Sequence[int]) -> list[QuerySet[Event]]:
    """Facts about customers who became one, for ``event_timeline``: a set for each, newest first.

    One set for many ids would be read whole and sorted. From the twentieth on they are one set all the same, so
    that no statement grows without end.
    """
    first, rest = customer_ids[:_SINGLY], list(customer_ids[_SINGLY:])
    found = [events_of_customer(each) for each in first]
    if rest:
        found.append(Event.objects.filter(customer_id__in=rest).order_by("-at", "-id"))
    return found


def events_of_ids(customer_ids: Sequence[int]) -> QuerySet[Event]:
    """Facts about customers who became one as one set, newest first; for few rows, or for paging by key."""
    if len(customer_ids) == 1:
        return events_of_customer(customer_ids[0])
    return Event.objects.filter(customer_id__in=list(customer_ids)).order_by("-at", "-id")


def with_names(events: QuerySet[Event]) -> QuerySet[Event]:
    """Read the names of those who acted together with the facts, so that ``timeline`` need not ask for them."""
    user = User.objects.filter(pk=OuterRef("user_id"))
    return events.annotate(user_name=Subquery(user.values("name")), user_name_en=Subquery(user.values("name_en")))


def timeline(events: Sequence[Event]) -> list[TimelineEntry]:
    """Facts as sentences in the reader's language, with the names of those who acted (at most one query)."""
    unnamed = {e.user_id for e in events if e.user_id and not hasattr(e, "user_name")}
    names = {u.pk: u.label for u in User.objects.filter(pk__in=unnamed)} if unnamed else {}
    for event in events:
        if event.user_id and event.user_id not in unnamed:
            read = vars(event)
            names[event.user_id] = User(name=read["user_name"] or "", name_en=read["user_name_en"] or "").label
    return [_entry(event, names) for event in events]


def kinds_in_group(group: str) -> list[str]:
    """The kinds of facts a timeline filter stands for."""
    return [kind for kind, cls in fact_kinds().items() if cls.group == group]


def _entry(event: Event, names: dict[int, str]) -> TimelineEntry:
    cls = fact_class(event.kind)
    return TimelineEntry(
        id=event.pk,
        at=event.at,
        kind=event.kind,
        group=cls.group if cls else "changes",
        icon=cls.icon if cls else "point",
        title=render_fact(event.kind, event.payload),
        detail=spell(event.kind, "detail", event.payload),
        who=names.get(event.user_id or 0, ""),
        door=event.door,
        ref=event.subject_ref,
    )
