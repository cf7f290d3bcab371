"""The blocks of a board: leads received, leads handed over, sales, showroom. One question each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When

from vinloop.insight.models import HandOver
from vinloop.insight.queries.aggregates import Block, Compared, compare, counted, grouped, in_span
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.queries.slices import Slices, sliced
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period, Span
from vinloop.insight.rules.quantiles import quantile
from vinloop.kernel.db.questions import Question
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Assignment, Lead, LeadSource, ShowroomVisit, TestDrive
from vinloop.leads.queries.stages import COHORT_DAYS, STAGES, open_at_dealer
from vinloop.orders.models import Order

_LEAD_STAGES = (
    "valid", "judged", "hot", "dispatched", "prospect", "contacted", "test_driven", "ordered", "delivered",
    "lost_reported", "lost_clear",
)  # fmt: skip

_LEAD_COUNTS = ("received", *(each for each in _LEAD_STAGES if each != "prospect"), "prospects", "ordered_same")
_SECONDS = "seconds"
_COHORT = timedelta(days=COHORT_DAYS)


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


def lead_slices(
    scope: BoardScope,
    period: Period,
    division: str | None = None,
    *,
    with_conversion: bool = True,
    weeks: Sequence[Span] = (),
) -> Question[Slices]:
    """Leads received, by how far they came since: in the period, in the span before it, in its cohorts and in weeks."""
    spans: list[Span | Period] = [period, period.before, *weeks]
    conditions = _lead_conditions(period)
    if with_conversion:
        spans.append(Span(period.start - _COHORT, period.end))
        spans.append(_cohort_of(period))
        conditions |= conversion_conditions(period)
    return sliced(leads_in(scope), "received_at", spans, conditions, division)


def lead_block(scope: BoardScope, period: Period, division: str | None = None) -> Block:
    """Leads received in the period and in the span before it; one query."""
    slices = lead_slices(scope, period, division, with_conversion=False).answer
    return received_of(slices, period, divided=division is not None)


def received_of(slices: Slices, period: Period, *, divided: bool) -> Block:
    """The leads of the period and of the span before it."""
    return slices.block(period, _LEAD_COUNTS, divided=divided)


def _lead_conditions(period: Period) -> dict[str, Q]:
    conditions = {"received": Q(), **{name: STAGES[name].condition for name in _LEAD_STAGES}}
    conditions["prospects"] = conditions.pop("prospect")
    # Of the span before, too, only what was ordered within it is compared.
    within = Case(When(received_at__gte=period.start, then=period.end), default=period.before.end)
    conditions["ordered_same"] = STAGES["prospect"].condition & Q(ordered_at__lt=within)
    return conditions


def conversion_conditions(period: Period) -> Mapping[str, Q]:
    """Which prospects count as carried over, and which of the 90-day cohort ordered."""
    carried = STAGES["prospect"].condition & open_at_dealer(period.start)
    return {
        "carried": carried,
        "carried_ordered": carried & in_span("ordered_at", period),
        "cohort_ordered": STAGES["cohort"].condition,
    }


def conversion_of(slices: Slices, period: Period) -> Counts:
    """Carried-over and 90-day conversion; both look at leads of the 90 days before."""
    since, cohort = slices.whole(Span(period.start - _COHORT, period.end)), slices.whole(_cohort_of(period))
    return {
        "carried": since["carried"],
        "carried_ordered": since["carried_ordered"],
        "cohort": cohort["prospects"],
        "cohort_ordered": cohort["cohort_ordered"],
    }


def _cohort_of(period: Period) -> Span:
    return Span(period.start - _COHORT, period.end - _COHORT)


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
    scope: BoardScope, period: Period, goals: ResponseGoals, at: datetime, division: str | None = None
) -> Question[Block]:
    """Hand-overs, the seconds of their responses and how far their leads came; to be read with ``with_times``."""
    conditions = hand_over_conditions(goals, at)
    wanted: dict[str, Any] = counted(conditions)
    wanted[_SECONDS] = ArrayAgg("kept__response_seconds", filter=conditions["answered"])
    return compare(hand_overs_in(scope), "dispatched_at", period, wanted, division)


def with_times(found: Block) -> Block:
    """Hand-overs with median and P90 instead of all the seconds."""
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


def sales_block(scope: BoardScope, period: Period, division: str | None = None) -> Question[Block]:
    """Cars ordered and handed over, and those which a referral brought, to be read with ``by_moment``."""
    blocks = {name: _sales(span) for name, span in (("now", period), ("before", period.before))}
    wanted = {f"{name}_{span}": condition for span, each in blocks.items() for name, condition in each.items()}
    rows = orders_in(scope).order_by().annotate(is_current_=Value(True))
    happened = Q(ordered_at__gte=period.before.start) | Q(delivered_at__gte=period.before.start)
    return grouped(rows.filter(happened), counted(wanted), division)


def by_moment(found: Block) -> Block:
    """Sales by the moment they happened."""
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


def showroom_block(scope: BoardScope, period: Period, division: str | None = None) -> Question[Block]:
    """Parties in the showroom, and customers who came again."""
    wanted: dict[str, Any] = counted(VISITS)
    wanted["returned"] = Count("customer", distinct=True, filter=AGAIN)
    rows = ShowroomVisit.objects.filter(scope.narrow("owner", "consultant"))
    return compare(rows, "arrived_at", period, wanted, division, adds_up=False)


def drive_block(scope: BoardScope, period: Period, division: str | None = None) -> Question[Block]:
    """Test drives done."""
    rows = TestDrive.objects.filter(scope.narrow("owner", "consultant"), status=TestDrive.Status.DONE)
    return compare(rows, "starts_at", period, {"drives_done": Count("pk")}, division)
