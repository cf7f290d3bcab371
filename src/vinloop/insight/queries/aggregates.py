"""Conditional counts in one statement, for the period and the span before it, as a whole or part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    F,
    FloatField,
    Q,
    QuerySet,
    Value,
    When,
)

from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period, Span

_KEYS = ("is_current_", "part_", "is_total_")

ADDED_UP: Counts = {}


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont`` over the values of an expression; ``None`` without any."""

    name = "Percentile"
    output_field = FloatField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, **extra)
        self.template = f"PERCENTILE_CONT({float(share)}) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class Compared:
    """Counts of the period and of the span before it."""

    now: Counts
    before: Counts

    def joined(self, other: Compared) -> Compared:
        """With the counts of another block."""
        return Compared({**self.now, **other.now}, {**self.before, **other.before})


NOTHING = Compared({}, {})


@dataclass(frozen=True, slots=True)
class Block:
    """Counts as a whole and part by part; a part with nothing in it is missing."""

    total: Compared
    parts: Mapping[int | None, Compared]


def in_span(field: str, span: Span | Period) -> Q:
    """The field lies within the span."""
    return Q(**{f"{field}__gte": span.start, f"{field}__lt": span.end})


def counted(conditions: Mapping[str, Q]) -> dict[str, Count]:
    """A count for every condition."""
    return {name: Count("pk", filter=condition) if condition else Count("pk") for name, condition in conditions.items()}


def compare(rows: QuerySet[Any], field: str, period: Period, wanted: Mapping[str, Any], part: str = "") -> Block:
    """The aggregates of the period and of the span before it, as a whole and by ``part``; one statement.

    A whole is not the sum of its parts where medians are concerned, so it is asked for besides.
    """
    both = rows.filter(**{f"{field}__gte": period.before.start, f"{field}__lt": period.end})
    both = both.filter(Q(**{f"{field}__gte": period.start}) | Q(**{f"{field}__lt": period.before.end}))
    is_current = Case(
        When(**{f"{field}__gte": period.start}, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    both = both.order_by().annotate(is_current_=is_current)
    return grouped(both, wanted, part)


def grouped(rows: QuerySet[Any], wanted: Mapping[str, Any], part: str) -> Block:
    """Aggregates over rows that say by ``is_current_`` which span they belong to."""
    names = list(wanted)
    everything = rows.annotate(part_=Value(None, BigIntegerField()), is_total_=Value(True))
    found = everything.values("is_current_", "part_", "is_total_").annotate(**wanted).values_list(*_KEYS, *names)
    if part:
        by_part = rows.annotate(part_=F(part), is_total_=Value(False))
        parts = by_part.values("is_current_", "part_", "is_total_").annotate(**wanted).values_list(*_KEYS, *names)
        found = found.union(parts, all=True)
    return _block(found, names)


def _block(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> Block:
    found: dict[tuple[bool, int | None], dict[bool, Counts]] = defaultdict(dict)
    for is_current, part, is_total, *values in rows:
        found[is_total, part][is_current] = dict(zip(names, values, strict=True))
    compared = {key: Compared(both.get(True, {}), both.get(False, {})) for key, both in found.items()}
    total = compared.pop((True, None), NOTHING)
    return Block(total, {part: counts for (_, part), counts in compared.items()})
