"""Who is in the showroom, who was, and the figures of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from vinloop.kernel.access import Actor
from vinloop.leads.models import ShowroomVisit
from vinloop.leads.rules.days import day_span

READ = "leads.visit:read"
NEWEST = ("-arrived_at", "-id")
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """What a list of visits is narrowed to; ``None`` and empty mean anything. Days are the dealer's."""

    zone: str
    since: date | None = None
    until: date | None = None
    kind: str = ""
    is_captured: bool | None = None
    consultant_id: int | None = None
    is_first: bool | None = None
    dealer: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class ShowroomFigures:
    """A day in the showroom, counted in parties.

    ``capture_rate`` is visitors with contact ÷ new walk-in visitors (DOMAIN.md §3), ``None`` without any.
    """

    visits: int
    people: int
    present: int
    waiting: int
    new_walk_ins: int
    captured_walk_ins: int

    @property
    def capture_rate(self) -> float | None:
        """Share of new walk-ins that left a contact."""
        return self.captured_walk_ins / self.new_walk_ins if self.new_walk_ins else None


def list_visits(actor: Actor, wanted: VisitFilter) -> QuerySet[ShowroomVisit]:
    """Visits the actor may see, with customer, model and consultant; order them by ``NEWEST``."""
    rows = _in_sight(actor).select_related("customer", "lead", "car_model", "consultant", "owner")
    if wanted.since:
        rows = rows.filter(arrived_at__gte=day_span(wanted.since, wanted.zone)[0])
    if wanted.until:
        rows = rows.filter(arrived_at__lt=day_span(wanted.until, wanted.zone)[1])
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.is_captured is not None:
        rows = rows.filter(customer__isnull=not wanted.is_captured)
    if wanted.consultant_id is not None:
        rows = rows.filter(consultant_id=wanted.consultant_id)
    return _of_dealers(rows, wanted)


def _of_dealers(rows: QuerySet[ShowroomVisit], wanted: VisitFilter) -> QuerySet[ShowroomVisit]:
    """First or later visits, of one dealer or region."""
    exact = {"owner__code": wanted.dealer, "owner__parent__code": wanted.region}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    return rows if wanted.is_first is None else rows.filter(is_first_visit=wanted.is_first)


def visits_of_day(actor: Actor, day: date) -> list[ShowroomVisit]:
    """The visits of a day at the actor's dealer, newest first; one query."""
    start, end = day_span(day, actor.timezone)
    rows = _in_sight(actor).filter(owner_id=actor.organisation_id, arrived_at__gte=start, arrived_at__lt=end)
    rows = rows.select_related("customer", "lead", "car_model", "consultant")
    return list(rows.order_by(*NEWEST)[:MOST_SHOWN])


def figures_of_day(actor: Actor, day: date) -> ShowroomFigures:
    """The figures of one day at the actor's dealer; one query."""
    start, end = day_span(day, actor.timezone)
    rows = _in_sight(actor).filter(owner_id=actor.organisation_id, arrived_at__gte=start, arrived_at__lt=end)
    new_walk_in = Q(kind=ShowroomVisit.Kind.WALK_IN, is_first_visit=True)
    counted = rows.aggregate(
        visits=Count("id"),
        people=Sum("party_size", default=0),
        present=Count("id", filter=Q(left_at__isnull=True)),
        waiting=Count("id", filter=Q(left_at__isnull=True, consultant__isnull=True)),
        new_walk_ins=Count("id", filter=new_walk_in),
        captured_walk_ins=Count("id", filter=new_walk_in & Q(customer__isnull=False)),
    )
    return ShowroomFigures(**counted)


def get_visit(actor: Actor, ref: str) -> ShowroomVisit:
    """One visit. Raises ``ShowroomVisit.DoesNotExist``, also for another dealer's."""
    rows = _in_sight(actor).select_related("customer", "lead", "car_model", "consultant")
    return rows.get(ref=ref)


def present_of(visits: Sequence[ShowroomVisit]) -> list[ShowroomVisit]:
    """Who is in the showroom now, longest first."""
    return [visit for visit in reversed(visits) if visit.left_at is None]


def _in_sight(actor: Actor) -> QuerySet[ShowroomVisit]:
    actor.require(READ)
    rows = ShowroomVisit.objects.all()
    return rows if actor.organisation_ids is None else rows.filter(owner_id__in=actor.organisation_ids)
