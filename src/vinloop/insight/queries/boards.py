"""Everything a board says, for the screen and for programs alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from vinloop.insight.queries.aggregates import Block, Compared
from vinloop.insight.queries.blocks import (
    ResponseGoals,
    by_moment,
    conversion_of,
    drive_block,
    hand_over_block,
    lead_slices,
    received_of,
    sales_block,
    showroom_block,
    with_times,
)
from vinloop.insight.queries.leaks import LateLeads, late_leads, late_of
from vinloop.insight.queries.scope import BoardScope, division_of
from vinloop.insight.queries.trends import Trend, trend_of, weeks_until
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period
from vinloop.kernel.access import Actor
from vinloop.kernel.db.questions import Question, ask


@dataclass(frozen=True, slots=True)
class BoardData:
    """All counts together, the blocks that are divided by part, the last twelve weeks, and what is late now."""

    counts: Compared
    blocks: Sequence[Block]
    trend: Trend
    late: Sequence[LateLeads]


def read_board(actor: Actor, scope: BoardScope, period: Period, at: datetime) -> BoardData:
    """A board in one query, however large the network is."""
    by_lead = division_of(actor, scope, "dealer", "consultant")
    weeks = weeks_until(period.last, actor.timezone)
    leads = lead_slices(scope, period, by_lead, weeks=weeks)
    handed, visits = _hand_overs(actor, scope, period, at), showroom_block(scope, period)
    sales = sales_block(scope, period, division_of(actor, scope, "owner", "consultant"))
    late = late_leads(scope, at)
    ask(leads, handed, sales, visits, *late)
    slices = leads.answer
    received = received_of(slices, period, divided=by_lead is not None)
    blocks = [received, with_times(handed.answer), by_moment(sales.answer)]
    others = [visits.answer.total, Compared(conversion_of(slices, period), {})]
    return BoardData(
        counts=joined([*(block.total for block in blocks), *others]),
        blocks=blocks,
        trend=trend_of(slices, weeks),
        late=late_of(*(each.answer for each in late)),
    )


def read_hand_overs(actor: Actor, scope: BoardScope, period: Period, at: datetime) -> Block:
    """Hand-overs with their response times; one query."""
    return with_times(_hand_overs(actor, scope, period, at).answer)


def read_funnel(scope: BoardScope, period: Period, division: str) -> tuple[Block, Counts]:
    """Leads as a whole and by a field, and their conversion; one query."""
    slices = lead_slices(scope, period, division).answer
    return received_of(slices, period, divided=True), conversion_of(slices, period)


def read_showroom(actor: Actor, scope: BoardScope, period: Period) -> list[Block]:
    """Leads, visits and test drives; one query."""
    division = division_of(actor, scope, "owner", "consultant")
    by_lead = division_of(actor, scope, "dealer", "consultant")
    leads = lead_slices(scope, period, by_lead, with_conversion=False)
    visits, drives = showroom_block(scope, period, division), drive_block(scope, period, division)
    ask(leads, visits, drives)
    received = received_of(leads.answer, period, divided=by_lead is not None)
    return [received, visits.answer, drives.answer]


def _hand_overs(actor: Actor, scope: BoardScope, period: Period, at: datetime) -> Question[Block]:
    division = division_of(actor, scope, "owner", "kept__consultant")
    return hand_over_block(scope, period, ResponseGoals.of(scope), at, division)


def joined(many: Sequence[Compared]) -> Compared:
    """The counts of several blocks side by side."""
    return reduce(Compared.joined, many)
