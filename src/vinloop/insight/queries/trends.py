"""Twelve weeks at a glance: leads received and what became of them, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F
from django.db.models.functions import TruncWeek

from vinloop.insight.queries.blocks import leads_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.leads.queries.stages import STAGES

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """Leads received per week, as a whole and by part; ``sold`` are those of them that ordered since."""

    weeks: Sequence[date]
    received: Sequence[int]
    sold: Sequence[int]
    parts: Mapping[int | None, Sequence[int]]


def weekly_trend(scope: BoardScope, last: date, zone: str, part: str = "") -> Trend:
    """The twelve weeks up to the one of ``last``; one statement."""
    monday = last - timedelta(days=last.weekday())
    weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    local = ZoneInfo(zone)
    since, until = _midnight(weeks[0], local), _midnight(monday + timedelta(weeks=1), local)
    rows = leads_in(scope).filter(received_at__gte=since, received_at__lt=until).order_by()
    rows = rows.annotate(week_=TruncWeek("received_at", tzinfo=local), part_=F(part or "brand_id"))
    counts = rows.values_list("week_", "part_").annotate(
        received_=Count("pk"), sold_=Count("pk", filter=STAGES["ordered"].condition)
    )
    return _trend(weeks, [(week.date(), *rest) for week, *rest in counts])


def _trend(weeks: Sequence[date], rows: Sequence[tuple[date, int | None, int, int]]) -> Trend:
    place = {week: index for index, week in enumerate(weeks)}
    received, sold = [0] * len(weeks), [0] * len(weeks)
    parts: dict[int | None, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for week, part, came, ordered in rows:
        received[place[week]] += came
        sold[place[week]] += ordered
        parts[part][place[week]] += came
    return Trend(weeks, received, sold, dict(parts))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
