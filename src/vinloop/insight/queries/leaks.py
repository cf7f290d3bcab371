"""Where leads leak at this moment: what is late, how much of it, and at how many dealers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from vinloop.insight.queries.aggregates import counted
from vinloop.insight.queries.blocks import leads_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.leads.queries.stages import LATE, with_clocks

AT_HEADQUARTERS = ("call_late", "not_placed")
AT_DEALERS = ("accept_late", "contact_late", "review_waits", "follow_up_late")
_WAITING = ("new", "ready", "dispatched", "accepted", "working", "lost_pending")


@dataclass(frozen=True, slots=True)
class LateLeads:
    """Leads that are late in one way. ``dealers`` are (dealer, count), the worst first."""

    stage: str
    count: int
    dealers: Sequence[tuple[int, int]]

    @property
    def worst(self) -> tuple[int, int]:
        """The two worst dealers' share: how many dealers (one or two), and how many leads."""
        first = self.dealers[:2]
        return len(first), sum(count for _, count in first)


def late_leads(scope: BoardScope, at: datetime) -> list[LateLeads]:
    """What is late now, the most first; one statement."""
    stages = (*AT_HEADQUARTERS, *AT_DEALERS) if scope.is_network else AT_DEALERS
    conditions: Mapping[str, Q] = {stage: LATE[stage].condition(at) for stage in stages}
    rows = with_clocks(leads_in(scope)).filter(status__in=_WAITING).order_by()
    counts = rows.values_list("dealer_id").annotate(**counted(conditions))
    by_stage: dict[str, list[tuple[int | None, int]]] = defaultdict(list)
    for dealer_id, *numbers in counts:
        for stage, number in zip(stages, numbers, strict=True):
            if number:
                by_stage[stage].append((dealer_id, number))
    return [_late(stage, by_stage[stage]) for stage in stages if by_stage[stage]]


def _late(stage: str, found: Sequence[tuple[int | None, int]]) -> LateLeads:
    at_dealers = sorted(((dealer, number) for dealer, number in found if dealer), key=lambda each: -each[1])
    return LateLeads(stage, sum(number for _, number in found), at_dealers)
