"""The model: weights per level, how rare a match is, and the thresholds; frozen, saved as JSON, versioned."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from vinloop.customers.matching.levels import COMPARISONS

# More records than this at one key are not compared through it: 张伟 alone is no evidence.
MOST_AT_KEY = 60
# A number that so many records carry is a dealer's own or a placeholder, not a customer's.
WORN = 25
LINK = 0.95
REVIEW = 0.50
LARGEST_CLUSTER = 15
_START = 1e-4
_SMALLEST = 1e-7


class Weight(msgspec.Struct, frozen=True):
    """How often true pairs (``m``) and strangers (``u``) fall into a level."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        """The evidence of the level: log2 of the Bayes factor m/u."""
        return math.log2(max(self.m, _SMALLEST) / max(self.u, _SMALLEST))


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a score depends on.

    ``weights`` is comparison → level → weight; ``match_rate`` the share of all pairs that are one customer;
    ``frequencies`` column → value → share of records, for values commoner than ``rare``; ``worn`` are numbers so many
    records carry that they tell nobody apart, ``crowded`` the keys at which too many meet. ``version`` is 0 for the
    weights the product is delivered with.
    """

    version: int = 0
    weights: Mapping[str, Mapping[str, Weight]]
    match_rate: float = _START
    link: float = LINK
    review: float = REVIEW
    largest_cluster: int = LARGEST_CLUSTER
    frequencies: Mapping[str, Mapping[str, float]] = {}
    rare: Mapping[str, float] = {}
    worn: frozenset[str] = frozenset()
    crowded: frozenset[int] = frozenset()


def default_model() -> Model:
    """The model before any training: the figures of ``levels``."""
    return Model(
        weights={each.code: {level.code: Weight(level.m, level.u) for level in each.levels} for each in COMPARISONS}
    )
