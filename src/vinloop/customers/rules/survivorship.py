"""Which of several values becomes the golden one: rules in order, the first that decides wins.

``verified`` a person confirmed it · ``trusted`` the source with the highest trust · ``recent`` the newest record ·
``frequent`` the value most records share · ``complete`` the longest. What still ties goes to the smaller record id, so
that the answer never depends on the order of reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("name", "gender", "birth_date", "province", "city", "county", "address", "postcode", "language")
RULES = ("verified", "trusted", "recent", "frequent", "complete")
DEFAULT_RULES: Mapping[str, tuple[str, ...]] = {
    "name": ("verified", "complete_name", "frequent", "trusted", "recent"),
    "gender": ("verified", "frequent", "trusted", "recent"),
    "birth_date": ("verified", "trusted", "frequent", "recent"),
    "address": ("verified", "complete", "recent", "trusted", "frequent"),
}
_OTHERWISE = ("verified", "trusted", "recent", "frequent")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record's value of one field. ``as_of`` is an ISO date or empty; ``trust`` 0-100."""

    value: str
    record: int
    source: str
    trust: int
    as_of: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The golden value, the record it came from, and the rule that decided."""

    value: str
    record: int
    source: str
    as_of: str
    rule: str


def rules_for(field: str, configured: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The rules of a field, in order."""
    return configured.get(field) or DEFAULT_RULES.get(field, _OTHERWISE)


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
    numbers = {"verified": each.is_verified, "trusted": each.trust, "complete": len(each.value)}
    return int(numbers[rule]) if rule in numbers else _name_rank(each), ""


def _name_rank(each: Candidate) -> int:
    """A whole Chinese name before a transcription, and that before a title with a surname."""
    if any(title in each.value for title in ("先生", "女士", "小姐")):
        return 0
    return 1 if each.value.isascii() else 2
