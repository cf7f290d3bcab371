"""Conditional counts as one question, for the period and the span before it, as a whole or part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    F,
    Q,
    QuerySet,
    Value,
    When,
)

from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period, Span
from vinloop.kernel.db.questions import Question

_KEYS = ("is_current_", "part_", "is_total_")


@dataclass(frozen=True, slots=True)
class Compared:
    """Counts of the period and of the span before it."""

    now: Counts
    before: Counts

    def joined(self, other: Compared) -> Compared:
        """With the counts of another block."""
        return Compared({**self.now, **other.now}, {**self.before, **other.before})


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


def compare(
    rows: QuerySet[Any],
    field: str,
    period: Period,
    wanted: Mapping[str, Any],
    division: str | None,
    *,
    adds_up: bool = True,
) -> Question[Block]:
    """The aggregates of the period and of the span before it, as a whole and by the field ``division``.

    Without a division there are no parts. Where the whole is not the sum of its parts, as with
    distinct customers, ``adds_up`` is false and both are asked for. Lists of values add up to one list.
    """
    both = rows.filter(**{f"{field}__gte": period.before.start, f"{field}__lt": period.end})
    both = both.filter(Q(**{f"{field}__gte": period.start}) | Q(**{f"{field}__lt": period.before.end}))
    is_current = Case(
        When(**{f"{field}__gte": period.start}, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    both = both.order_by().annotate(is_current_=is_current)
    return grouped(both, wanted, division, adds_up=adds_up)


def grouped(
    rows: QuerySet[Any], wanted: Mapping[str, Any], division: str | None, *, adds_up: bool = True
) -> Question[Block]:
    """Aggregates over rows that say by ``is_current_`` which span they belong to."""
    whole = _aggregated(rows, wanted, Value(None, BigIntegerField()), is_total=True)
    names = list(wanted)
    if division is None:
        return Question(whole, lambda found: _block(found, names))
    parts = _aggregated(rows, wanted, F(division), is_total=False)
    if adds_up:
        return Question(parts, lambda found: _summed(_block(found, names)))
    return Question(whole.union(parts, all=True), lambda found: _block(found, names))


def _summed(block: Block) -> Block:
    return Block(total(block.parts.values()) if block.parts else block.total, block.parts)


def total(parts: Iterable[Compared]) -> Compared:
    """The sum over parts; only for counts, sums and lists."""
    gathered = list(parts)
    return Compared(added(each.now for each in gathered), added(each.before for each in gathered))


def added(many: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum name by name; lists of values become one list."""
    found: dict[str, Any] = {}
    for counts in many:
        for name, value in counts.items():
            known = found.get(name)
            # A part without a row has 0 also where others have a list.
            if value and known:
                found[name] = known + value
            elif value or known is None:
                found[name] = value
    return found


def _aggregated(rows: QuerySet[Any], wanted: Mapping[str, Any], part: Any, *, is_total: bool) -> QuerySet[Any, Any]:
    keyed: QuerySet[Any, Any] = rows.annotate(part_=part, is_total_=Value(is_total)).values(*_KEYS)
    found: QuerySet[Any, Any] = keyed.annotate(**wanted).values_list(*_KEYS, *wanted)
    return found


def _block(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> Block:
    """A span without any row has none of anything."""
    found: dict[tuple[bool, int | None], dict[bool, Counts]] = defaultdict(dict)
    for is_current, part, is_total, *values in rows:
        found[is_total, part][is_current] = dict(zip(names, values, strict=True))
    nothing = dict.fromkeys(names, 0)
    compared = {key: Compared(both.get(True, nothing), both.get(False, nothing)) for key, both in found.items()}
    whole = compared.pop((True, None), Compared(nothing, nothing))
    return Block(whole, {part: counts for (_, part), counts in compared.items()})
