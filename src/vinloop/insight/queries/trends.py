"""Twelve weeks at a glance: leads received and what became of them, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from vinloop.insight.queries.slices import Slices
from vinloop.insight.rules.periods import Span

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """Leads received per week, as a whole and by part; ``sold`` are those of them that ordered since."""

    weeks: Sequence[date]
    received: Sequence[int]
    sold: Sequence[int]
    parts: Mapping[int | None, Sequence[int]]


def weeks_until(last: date, zone: str) -> list[Span]:
    """The twelve weeks up to the one of ``last``, from Monday to Monday."""
    monday = last - timedelta(days=last.weekday())
    days = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -2, -1)]
    starts = [datetime.combine(day, time(), ZoneInfo(zone)) for day in days]
    return [Span(start, end) for start, end in pairwise(starts)]


def trend_of(leads: Slices, weeks: Sequence[Span]) -> Trend:
    """The weeks out of counted leads."""
    parts: dict[int | None, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for number, week in enumerate(weeks):
        for part, counts in leads.parts(week).items():
            parts[part][number] = int(counts["received"] or 0)
    received, sold = ([int(leads.whole(week)[name] or 0) for week in weeks] for name in ("received", "ordered"))
    return Trend([week.start.date() for week in weeks], received, sold, dict(parts))
