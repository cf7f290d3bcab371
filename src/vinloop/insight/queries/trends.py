"""Twelve weeks at a glance: leads received and what became of them, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, DateTimeField, F, Func, IntegerField, Value

from vinloop.insight.queries.aggregates import Division
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


def weekly_trend(scope: BoardScope, last: date, zone: str, division: Division | None = None) -> Trend:
    """The twelve weeks up to the one of ``last``; one statement."""
    monday = last - timedelta(days=last.weekday())
    weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    local = ZoneInfo(zone)
    starts = [_midnight(week, local) for week in weeks]
    until = _midnight(monday + timedelta(weeks=1), local)
    rows = leads_in(scope).filter(received_at__gte=starts[0], received_at__lt=until).order_by()
    divided = F(division.field) if division else Value(None, BigIntegerField())
    counts = rows.annotate(week_=_week_of(starts), part_=divided).values_list("week_", "part_")
    counted = counts.annotate(received_=Count("pk"), sold_=Count("pk", filter=STAGES["ordered"].condition))
    return _trend(weeks, list(counted), division)


def _week_of(starts: Sequence[datetime]) -> Func:
    """The number of the week from 1 on; much quicker than cutting dates, and right when clocks change."""
    limits = Value(list(starts), ArrayField(DateTimeField()))
    return Func(F("received_at"), limits, function="width_bucket", output_field=IntegerField())


def _trend(weeks: Sequence[date], rows: Sequence[tuple[int, int | None, int, int]], division: Division | None) -> Trend:
    received, sold = [0] * len(weeks), [0] * len(weeks)
    parts: dict[int | None, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for number, value, came, ordered in rows:
        received[number - 1] += came
        sold[number - 1] += ordered
        parts[division.part(value) if division else None][number - 1] += came
    return Trend(weeks, received, sold, dict(parts))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
