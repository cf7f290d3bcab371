"""Where leads leak at this moment: what is late, how much of it, and at how many dealers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from vinloop.insight.queries.aggregates import counted
from vinloop.insight.queries.blocks import leads_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.kernel.db.questions import Question, Rows
from vinloop.leads.models import Lead
from vinloop.leads.queries.stages import LATE, with_clocks

AT_HEADQUARTERS = ("call_late", "not_placed")
AT_DEALERS = ("accept_late", "contact_late", "review_waits", "follow_up_late")
BY_CLOCK = ("accept_late", "contact_late")
Found = Mapping[str, Sequence[tuple[int | None, int]]]


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


def late_leads(scope: BoardScope, at: datetime) -> tuple[Question[Found], Question[Found]]:
    """What is late now, by itself and by a clock of the hand-over; ``late_of`` brings both together."""
    stages = (*AT_HEADQUARTERS, *AT_DEALERS) if scope.is_network else AT_DEALERS
    plain = [stage for stage in stages if stage not in BY_CLOCK]
    return _late_question(leads_in(scope), plain, at), _late_question(with_clocks(leads_in(scope)), BY_CLOCK, at)


def late_of(*found: Found) -> list[LateLeads]:
    """All that is late, in the order of the way a lead goes."""
    together = {stage: counts for each in found for stage, counts in each.items()}
    return [_late(stage, together[stage]) for stage in (*AT_HEADQUARTERS, *AT_DEALERS) if together.get(stage)]


def _late_question(rows: QuerySet[Lead], stages: Sequence[str], at: datetime) -> Question[Found]:
    """Only what is late is looked at: most leads are not."""
    conditions: Mapping[str, Q] = {stage: LATE[stage].condition(at) for stage in stages}
    late = rows.filter(reduce(or_, conditions.values())).order_by()
    return Question(late.values_list("dealer_id").annotate(**counted(conditions)), lambda found: _read(found, stages))


def _read(rows: Rows, stages: Sequence[str]) -> Found:
    by_stage: dict[str, list[tuple[int | None, int]]] = defaultdict(list)
    for dealer_id, *numbers in rows:
        for stage, number in zip(stages, numbers, strict=True):
            if number:
                by_stage[stage].append((dealer_id, number))
    return by_stage


def _late(stage: str, found: Sequence[tuple[int | None, int]]) -> LateLeads:
    at_dealers = sorted(((dealer, number) for dealer, number in found if dealer), key=lambda each: -each[1])
    return LateLeads(stage, sum(number for _, number in found), at_dealers)
