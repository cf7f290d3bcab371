"""From scored pairs to customers: the surest pair first, and no union that a veto or a person forbids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vinloop.customers.matching.features import Features
from vinloop.customers.matching.vetoes import IMPERSONAL, is_personal, veto

TOO_LARGE = "too_large"
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and the probability that they are one customer."""

    probability: float
    one: int
    two: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A likely pair that was not joined, and why: a veto, ``too_large`` or ``person``."""

    pair: Pair
    reason: str


@dataclass(slots=True)
class Clustering:
    """Who belongs together, and what was refused. ``through`` is the pair that brought each record in."""

    root: dict[int, int]
    members: dict[int, list[int]]
    through: dict[int, Pair] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def find(self, record: int) -> int:
        """The cluster of a record, named by one of its records."""
        while self.root[record] != record:
            self.root[record] = self.root[self.root[record]]
            record = self.root[record]
        return record


def cluster(
    records: Mapping[int, Features],
    pairs: Iterable[Pair],
    *,
    link: float,
    largest: int,
    together: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Clustering:
    """Join pairs of at least ``link``, the surest first.

    ``together`` are joined before anything else: a person said so. ``apart`` never meet in one cluster. A cluster
    grows beyond ``largest`` only by a pair with the same identity number.
    """
    made = Clustering({each: each for each in records}, {each: [each] for each in records})
    forbidden = _forbidden(apart)
    for one, two in together:
        # An incremental run holds a neighbourhood of the base, and hears of verdicts about records outside it.
        if one in records and two in records:
            _join(made, Pair(1.0, one, two))
    for pair in sorted(pairs, key=lambda each: (-each.probability, each.one, each.two)):
        if pair.probability < link:
            break
        _consider(made, records, pair, largest, forbidden)
    return made


def keep_joined(
    made: Clustering,
    records: Mapping[int, Features],
    pairs: Iterable[Pair],
    *,
    largest: int,
    apart: Iterable[tuple[int, int]],
) -> None:
    """Join pairs that are one customer already, whatever their probability, unless something speaks against it."""
    forbidden = _forbidden(apart)
    for pair in pairs:
        _consider(made, records, pair, largest, forbidden)


def _forbidden(apart: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, two in apart:
        found.setdefault(one, set()).add(two)
        found.setdefault(two, set()).add(one)
    return found


def _consider(
    made: Clustering, records: Mapping[int, Features], pair: Pair, largest: int, forbidden: Mapping[int, set[int]]
) -> None:
    left, right = made.find(pair.one), made.find(pair.two)
    if left == right:
        return
    if not is_personal(records[pair.one], records[pair.two]):
        made.refused.append(Refused(pair, IMPERSONAL))
        return
    reason = _objection(made, records, (left, right), largest, forbidden)
    if reason == TOO_LARGE and _same_identity(records[pair.one], records[pair.two]):
        reason = ""
    if reason:
        made.refused.append(Refused(pair, reason))
    else:
        _join(made, pair)


def _objection(
    made: Clustering,
    records: Mapping[int, Features],
    roots: tuple[int, int],
    largest: int,
    forbidden: Mapping[int, set[int]],
) -> str:
    left, right = (made.members[root] for root in roots)
    if forbidden and any(not forbidden.get(each, set()).isdisjoint(right) for each in left):
        return PERSON
    for one in left:
        for two in right:
            reason = veto(records[one], records[two])
            if reason and not (_is_excused(records, one, two, right) or _is_excused(records, two, one, left)):
                return reason
    return TOO_LARGE if len(left) + len(right) > largest else ""


def _is_excused(records: Mapping[int, Features], one: int, two: int, beside: Sequence[int]) -> bool:
    """Whether ``two`` already lives ``beside`` a record it would be kept from, and which ``one`` fits: no run joins
    such two, so a person did, and whoever is like the one is like the customer.
    """
    return any(
        veto(records[two], records[each]) and not veto(records[one], records[each]) for each in beside if each != two
    )


def _same_identity(one: Features, two: Features) -> bool:
    return one.id_digest is not None and one.id_digest == two.id_digest


def _join(made: Clustering, pair: Pair) -> None:
    left, right = made.find(pair.one), made.find(pair.two)
    if left == right:
        return
    small, large = sorted((left, right), key=lambda root: len(made.members[root]))
    made.root[small] = large
    made.members[large] += made.members.pop(small)
    made.through.setdefault(pair.one, pair)
    made.through.setdefault(pair.two, pair)
