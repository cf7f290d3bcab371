"""Counts by slice of time: periods, cohorts and weeks that overlap add up from one look at the rows."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField, F, Func, IntegerField, Q, QuerySet, Value

from vinloop.insight.queries.aggregates import Block, Compared, added, counted, in_span
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period, Span
from vinloop.kernel.db.questions import Question, Rows

Parts = Mapping[int | None, Counts]


@dataclass(frozen=True, slots=True)
class Slices:
    """Counts of each slice between two ``moments``, the first being number one, by part.

    Any span from one of the moments to another is the sum of its slices.
    """

    moments: Sequence[datetime]
    names: Sequence[str]
    counts: Mapping[int, Parts]

    def parts(self, span: Span | Period) -> Parts:
        """The counts of a span by part; a part with nothing in it is missing."""
        gathered: dict[int | None, list[Counts]] = defaultdict(list)
        first, last = (bisect_left(self.moments, moment) for moment in (span.start, span.end))
        for number in range(first + 1, last + 1):
            for part, counts in self.counts.get(number, {}).items():
                gathered[part].append(counts)
        return {part: added(several) for part, several in gathered.items()}

    def whole(self, span: Span | Period) -> Counts:
        """The counts of a span."""
        return dict.fromkeys(self.names, 0) | added(self.parts(span).values())

    def block(self, period: Period, names: Iterable[str], *, divided: bool) -> Block:
        """Named counts of the period and of the span before it, as a whole and, if ``divided``, by part."""
        kept = tuple(names)
        whole = Compared(_only(self.whole(period), kept), _only(self.whole(period.before), kept))
        if not divided:
            return Block(whole, {})
        now, before = self.parts(period), self.parts(period.before)
        found = [*now, *(part for part in before if part not in now)]
        return Block(
            whole, {part: Compared(_only(now.get(part, {}), kept), _only(before.get(part, {}), kept)) for part in found}
        )


def _only(counts: Counts, names: Iterable[str]) -> Counts:
    return {name: counts.get(name, 0) for name in names}


def sliced(
    rows: QuerySet[Any], field: str, spans: Sequence[Span | Period], conditions: Mapping[str, Q], division: str | None
) -> Question[Slices]:
    """The rows whose ``field`` lies in one of the spans, counted by slice and, if divided, by part."""
    moments = sorted({moment for span in spans for moment in (span.start, span.end)})
    wanted = reduce(or_, (in_span(field, span) for span in _merged(spans)))
    slice_ = Func(F(field), Value(moments, ArrayField(DateTimeField())), function="width_bucket")
    slice_.output_field = IntegerField()
    part = F(division) if division else Value(None, BigIntegerField())
    keyed: QuerySet[Any, Any] = rows.filter(wanted).order_by().annotate(slice_=slice_, part_=part)
    counts = keyed.values("slice_", "part_").annotate(**counted(conditions))
    names = list(conditions)
    return Question(counts.values_list("slice_", "part_", *names), lambda found: _read(found, moments, names))


def _merged(spans: Iterable[Span | Period]) -> list[Span]:
    """The same time in spans that neither overlap nor touch."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(Span(span.start, span.end))
    return merged


def _read(rows: Rows, moments: Sequence[datetime], names: Sequence[str]) -> Slices:
    counts: dict[int, dict[int | None, Counts]] = defaultdict(dict)
    for number, part, *values in rows:
        counts[number][part] = dict(zip(names, values, strict=True))
    return Slices(moments, names, counts)
