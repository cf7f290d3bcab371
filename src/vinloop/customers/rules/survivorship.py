"""Which of several values becomes the golden one: rules in order, the first that decides wins.

What a person confirmed is held before any rule is asked.
``trusted`` the source with the highest trust · ``recent`` the newest record ·
``frequent`` the value most records share · ``complete`` the longest. What still ties goes to the smaller record id, so
that the answer never depends on the order of reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("name", "gender", "birth_date", "province", "city", "county", "address", "postcode", "language")
DEFAULT_RULE: Mapping[str, str] = {
    "name": "frequent",
    "gender": "frequent",
    "birth_date": "trusted",
    "address": "recent",
}
_OTHERWISE = ("trusted", "recent", "frequent", "complete")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record's value of one field. ``as_of`` is an ISO date or empty; ``trust`` 0-100."""

    value: str
    record: int
    source: str
    trust: int
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The golden value, the record it came from, and the rule that decided."""

    value: str
    record: int
    source: str
    as_of: str
    rule: str


def rules_for(field: str, chosen: str = "") -> tuple[str, ...]:
    """The rules of a field, in order: the one an administrator chose first, then the others for what still ties.

    Of names, a whole Chinese one goes before a transcription and that before a title with a surname, always.
    """
    first = chosen or DEFAULT_RULE.get(field, "trusted")
    rules = (first, *(rule for rule in _OTHERWISE if rule != first))
    return ("whole", *rules) if field == "name" else rules


def choose(candidates: Sequence[Candidate], rules: Sequence[str]) -> Chosen | None:
    """The value that survives; None without candidates. ``rule`` is ``only`` where nothing had to be decided."""
    left = [each for each in candidates if each.value]
    if not left:
        return None
    decided = "only"
    for rule in rules:
        if len({each.value for each in left}) == 1:
            break
        best = _best(left, rule)
        if len(best) < len(left):
            left, decided = best, rule
    winner = min(left, key=lambda each: each.record)
    return Chosen(winner.value, winner.record, winner.source, winner.as_of, decided)


def _best(left: list[Candidate], rule: str) -> list[Candidate]:
    ranks = [_rank(rule, each, left) for each in left]
    top = max(ranks)
    return [each for each, rank in zip(left, ranks, strict=True) if rank == top]


def _rank(rule: str, each: Candidate, left: Sequence[Candidate]) -> tuple[int, str]:
    """How well a candidate does under a rule; ISO dates compare as text."""
    if rule == "recent":
        return 0, each.as_of
    if rule == "frequent":
        return Counter(other.value for other in left)[each.value], ""
    numbers = {"trusted": each.trust, "complete": len(each.value), "whole": _name_rank(each)}
    return numbers[rule], ""


def _name_rank(each: Candidate) -> int:
    """A whole Chinese name before a transcription, and that before a title with a surname."""
    if any(title in each.value for title in ("先生", "女士", "小姐")):
        return 0
    return 1 if each.value.isascii() else 2
