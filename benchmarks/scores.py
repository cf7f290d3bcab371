"""Links held against the truth: pairwise precision, recall and F1, over all and between any two sources."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

Pair = tuple[str, str]
FEWEST_PAIRS = 20
WORST = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """How many of the pairs found are one person; 1 when none was found."""
        return self.right / found if (found := self.right + self.wrong) else 1.0

    @property
    def recall(self) -> float:
        """How many of the true pairs were found; 1 when there is none."""
        return self.right / true if (true := self.right + self.missed) else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / total if (total := 2 * self.right + self.wrong + self.missed) else 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one data set. ``largest`` is the size of the largest customer in records."""

    records: int
    all: Counts
    largest: int
    largest_true: int
    by_parts: Mapping[Pair, Counts] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Of all pairs."""
        return self.all.precision

    @property
    def f1(self) -> float:
        """Of all pairs."""
        return self.all.f1

    def as_json(self) -> dict[str, Any]:
        """For the report; of the pairs of sources those that are worst."""
        told = {
            "records": self.records,
            **_rounded(self.all),
            "largest": self.largest,
            "largest_true": self.largest_true,
        }
        counted = [(each, found) for each, found in self.by_parts.items() if found.right + found.missed >= FEWEST_PAIRS]
        worst = sorted(counted, key=lambda each: each[1].f1)[:WORST]
        return told | ({"worst_source_pairs": {" / ".join(p): _rounded(c) for p, c in worst}} if worst else {})


def scores(truth: Mapping[str, str], linked: Mapping[str, str], parts: Mapping[str, str]) -> Scores:
    """Compare record → entity with record → customer; ``parts`` is the source of each record, if they are told apart.

    A record without a link is its own customer.
    """
    known = {record: linked.get(record) or f"alone {record}" for record in truth}
    true, found = set(_pairs(truth)), set(_pairs(known))
    sources: dict[Pair, list[set[Pair]]] = defaultdict(lambda: [set(), set()])
    if parts:
        for number, pairs in enumerate((true, found)):
            for one, two in pairs:
                left, right = sorted((parts[one], parts[two]))
                sources[left, right][number].add((one, two))
    return Scores(
        records=len(truth),
        all=_counts(true, found),
        largest=max(Counter(known.values()).values(), default=0),
        largest_true=max(Counter(truth.values()).values(), default=0),
        by_parts={each: _counts(*both) for each, both in sources.items()},
    )


def _pairs(groups: Mapping[str, str]) -> Iterator[Pair]:
    members: dict[str, list[str]] = defaultdict(list)
    for record, group in groups.items():
        members[group].append(record)
    for own in members.values():
        yield from combinations(sorted(own), 2)


def _counts(true: Iterable[Pair], found: Iterable[Pair]) -> Counts:
    one, two = set(true), set(found)
    return Counts(right=len(one & two), wrong=len(two - one), missed=len(one - two))


def _rounded(counts: Counts) -> dict[str, float]:
    return {
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
    }
