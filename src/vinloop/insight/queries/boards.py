"""Everything a board says, for the screen and for programs alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from vinloop.insight.queries.aggregates import Block, Compared
from vinloop.insight.queries.blocks import (
    ResponseGoals,
    conversion_block,
    drive_block,
    hand_over_block,
    lead_block,
    sales_block,
    showroom_block,
)
from vinloop.insight.queries.leaks import LateLeads, late_leads
from vinloop.insight.queries.scope import BoardScope, division_of
from vinloop.insight.queries.trends import Trend, weekly_trend
from vinloop.insight.rules.periods import Period
from vinloop.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class BoardData:
    """All counts together, the blocks that are divided by part, the last twelve weeks, and what is late now."""

    counts: Compared
    blocks: Sequence[Block]
    trend: Trend
    late: Sequence[LateLeads]


def read_board(actor: Actor, scope: BoardScope, period: Period, at: datetime) -> BoardData:
    """A board in seven statements, however large the network is."""
    blocks = [
        lead_block(scope, period, division_of(actor, scope, "dealer", "consultant")),
        read_hand_overs(actor, scope, period, at),
        sales_block(scope, period, division_of(actor, scope, "owner", "consultant")),
    ]
    others = [showroom_block(scope, period).total, Compared(conversion_block(scope, period), {})]
    return BoardData(
        counts=joined([*(block.total for block in blocks), *others]),
        blocks=blocks,
        trend=weekly_trend(scope, period.last, actor.timezone, division_of(actor, scope, "dealer", "consultant")),
        late=late_leads(scope, at),
    )


def read_hand_overs(actor: Actor, scope: BoardScope, period: Period, at: datetime) -> Block:
    """Hand-overs with their response times; one statement."""
    goals = ResponseGoals.of(scope)
    return hand_over_block(scope, period, goals, at, division_of(actor, scope, "owner", "kept__consultant"))


def read_showroom(actor: Actor, scope: BoardScope, period: Period) -> list[Block]:
    """Leads, visits and test drives; three statements."""
    division = division_of(actor, scope, "owner", "consultant")
    return [
        lead_block(scope, period, division_of(actor, scope, "dealer", "consultant")),
        showroom_block(scope, period, division),
        drive_block(scope, period, division),
    ]


def joined(many: Sequence[Compared]) -> Compared:
    """The counts of several blocks side by side."""
    return reduce(Compared.joined, many)
