"""The blocks of a board: leads received, leads handed over, sales, showroom, conversion. One statement each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When

from vinloop.insight.models import HandOver
from vinloop.insight.queries.aggregates import Block, Compared, Division, compare, counted, grouped, in_span
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period, Span
from vinloop.insight.rules.quantiles import quantile
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Assignment, Lead, LeadSource, ShowroomVisit, TestDrive
from vinloop.leads.queries.stages import COHORT_DAYS, STAGES, open_at_dealer
from vinloop.orders.models import Order

_LEAD_STAGES = (
    "valid", "judged", "hot", "dispatched", "prospect", "contacted", "test_driven", "ordered", "delivered",
    "lost_reported", "lost_clear",
)  # fmt: skip

_SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class ResponseGoals:
    """The configured limits of the first human contact, in business seconds."""

    goal: int
    limit: int

    @classmethod
    def of(cls, scope: BoardScope) -> ResponseGoals:
        """What counts in the place the board is about."""
        goal, limit = (get_setting(f"leads.{name}_minutes", scope.place.id) for name in ("goal", "contact"))
        return cls(goal * 60, limit * 60)


def leads_in(scope: BoardScope) -> QuerySet[Lead]:
    """The leads a board counts: at headquarters all of them, else those of its dealers."""
    return Lead.objects.filter(scope.narrow("dealer", "consultant"))


def lead_block(scope: BoardScope, period: Period, division: Division | None = None) -> Block:
    """Leads received, by how far they came since."""
    conditions = {"received": Q(), **{name: STAGES[name].condition for name in _LEAD_STAGES}}
    conditions["prospects"] = conditions.pop("prospect")
    # Of the span before, too, only what was ordered within it is compared.
    within = Case(When(received_at__gte=period.start, then=period.end), default=period.before.end)
    conditions["ordered_same"] = STAGES["prospect"].condition & Q(ordered_at__lt=within)
    return compare(leads_in(scope), "received_at", period, counted(conditions), division)


def conversion_block(scope: BoardScope, period: Period) -> Counts:
    """Carried-over and 90-day conversion; both look at leads of the 90 days before."""
    since = period.start - timedelta(days=COHORT_DAYS)
    rows = leads_in(scope).filter(STAGES["prospect"].condition, received_at__gte=since, received_at__lt=period.end)
    conditions = conversion_conditions(period)
    return dict(rows.order_by().aggregate(**counted(conditions)))


def conversion_conditions(period: Period) -> Mapping[str, Q]:
    """Who counts as carried over, and who as of the 90-day cohort."""
    length = timedelta(days=COHORT_DAYS)
    carried = open_at_dealer(period.start)
    cohort = Q(received_at__gte=period.start - length, received_at__lt=period.end - length)
    return {
        "carried": carried,
        "carried_ordered": carried & in_span("ordered_at", period),
        "cohort": cohort,
        "cohort_ordered": cohort & STAGES["cohort"].condition,
    }


def hand_overs_in(scope: BoardScope) -> QuerySet[HandOver]:
    """Hand-overs to dealers, joined with the lead as long as it is still at that dealer.

    A lead that moved on is out of the dealer's sight; its hand-over still counts, by what happened there.
    """
    kept = FilteredRelation("lead", condition=Q(lead__dealer_id=F("owner_id")))
    return HandOver.objects.alias(kept=kept).filter(scope.narrow("owner", "kept__consultant"))


def hand_over_conditions(goals: ResponseGoals, at: datetime) -> Mapping[str, Q]:
    """What can be said of a hand-over; the list of hand-overs filters by the same names."""
    in_force = Q(ended_at__isnull=True) | Q(outcome=Assignment.Outcome.CLOSED)
    answered = in_force & Q(first_contacted_at__isnull=False, kept__response_seconds__isnull=False)
    ran_out = Q(ended_at__isnull=True, contact_by__lt=at) | Q(outcome=Assignment.Outcome.TIMED_OUT)
    unanswered = Q(first_contacted_at__isnull=True) & ran_out
    late = answered & Q(kept__response_seconds__gt=goals.limit)
    accepted = Q(accepted_at__isnull=False)
    contacted = Q(first_contacted_at__isnull=False)
    return {
        "dispatched": Q(),
        "accepted": accepted,
        "decided": accepted | Q(ended_at__isnull=False) | Q(accept_by__lt=at),
        "contacted": accepted & contacted,
        "test_driven": accepted & contacted & in_force & Q(kept__test_driven_at__isnull=False),
        "ordered": accepted & contacted & in_force & Q(kept__ordered_at__isnull=False),
        "delivered": accepted & contacted & in_force & Q(kept__delivered_at__isnull=False),
        "declined": Q(outcome=Assignment.Outcome.DECLINED),
        "timed_out": Q(outcome=Assignment.Outcome.TIMED_OUT),
        "withdrawn": Q(outcome=Assignment.Outcome.WITHDRAWN),
        "answered": answered,
        "in_goal": answered & Q(kept__response_seconds__lte=goals.goal),
        "in_time": answered & Q(kept__response_seconds__gt=goals.goal, kept__response_seconds__lte=goals.limit),
        "late": late,
        "unanswered": unanswered,
        "missed": late | unanswered,
        "due": answered | unanswered,
        "not_accepted": Q(accepted_at__isnull=True),
        "not_contacted": accepted & Q(first_contacted_at__isnull=True),
        "accept_late": Q(ended_at__isnull=True, accepted_at__isnull=True, accept_by__lt=at),
    }


def hand_over_block(
    scope: BoardScope, period: Period, goals: ResponseGoals, at: datetime, division: Division | None = None
) -> Block:
    """Hand-overs, their response times and how far their leads came."""
    conditions = hand_over_conditions(goals, at)
    wanted: dict[str, Any] = counted(conditions)
    wanted[_SECONDS] = ArrayAgg("kept__response_seconds", filter=conditions["answered"])
    found = compare(hand_overs_in(scope), "dispatched_at", period, wanted, division)
    return Block(_timed(found.total), {key: _timed(each) for key, each in found.parts.items()})


def _timed(compared: Compared) -> Compared:
    return Compared(_with_quantiles(compared.now), _with_quantiles(compared.before))


def _with_quantiles(counts: Mapping[str, Any]) -> Counts:
    """The seconds are gathered once, by part; regions and the whole are medians of the same values."""
    seconds = sorted(counts.get(_SECONDS) or ())
    plain = {name: value for name, value in counts.items() if name != _SECONDS}
    return {**plain, "response_median": quantile(seconds, 0.5), "response_p90": quantile(seconds, 0.9)}


def orders_in(scope: BoardScope) -> QuerySet[Order]:
    """The orders a board counts."""
    return Order.objects.filter(scope.narrow("owner", "consultant"))


def sales_block(scope: BoardScope, period: Period, division: Division | None = None) -> Block:
    """Cars ordered and handed over, and those which a referral brought; each by the moment it happened."""
    blocks = {name: _sales(span) for name, span in (("now", period), ("before", period.before))}
    wanted = {f"{name}_{span}": condition for span, each in blocks.items() for name, condition in each.items()}
    rows = orders_in(scope).order_by().annotate(is_current_=Value(True))
    happened = Q(ordered_at__gte=period.before.start) | Q(delivered_at__gte=period.before.start)
    found = grouped(rows.filter(happened), counted(wanted), division)
    return Block(_split(found.total.now), {key: _split(each.now) for key, each in found.parts.items()})


def _sales(span: Span | Period) -> dict[str, Q]:
    delivered = Q(status=Order.Status.DELIVERED) & in_span("delivered_at", span)
    return {
        "orders": ~Q(status=Order.Status.CANCELLED) & in_span("ordered_at", span),
        "deliveries": delivered,
        "referred": delivered & Q(lead__source__family=LeadSource.Family.REFERRAL),
    }


def _split(counts: Counts) -> Compared:
    names = ("orders", "deliveries", "referred")
    now, before = ({name: counts.get(f"{name}_{span}", 0) for name in names} for span in ("now", "before"))
    return Compared(now, before)


VISITS: Mapping[str, Q] = {
    "visits": Q(),
    "new_walk_ins": Q(kind=ShowroomVisit.Kind.WALK_IN, is_first_visit=True),
    "captured": Q(kind=ShowroomVisit.Kind.WALK_IN, is_first_visit=True, customer__isnull=False),
    "invited": Q(kind=ShowroomVisit.Kind.INVITED),
    "registrations": Q(is_first_visit=True, customer__isnull=False),
}
AGAIN = Q(is_first_visit=False, customer__isnull=False)


def showroom_block(scope: BoardScope, period: Period, division: Division | None = None) -> Block:
    """Parties in the showroom, and customers who came again."""
    wanted: dict[str, Any] = counted(VISITS)
    wanted["returned"] = Count("customer", distinct=True, filter=AGAIN)
    rows = ShowroomVisit.objects.filter(scope.narrow("owner", "consultant"))
    return compare(rows, "arrived_at", period, wanted, division, adds_up=False)


def drive_block(scope: BoardScope, period: Period, division: Division | None = None) -> Block:
    """Test drives done."""
    rows = TestDrive.objects.filter(scope.narrow("owner", "consultant"), status=TestDrive.Status.DONE)
    return compare(rows, "starts_at", period, {"drives_done": Count("pk")}, division)
