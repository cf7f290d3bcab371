"""How probably two records are one customer, and why: the sum of the evidence, as Splink computes it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vinloop.customers.matching.features import Features
from vinloop.customers.matching.levels import COMPARISONS, Comparison, Level
from vinloop.customers.matching.model import Model


@dataclass(frozen=True, slots=True)
class Part:
    """One bar of the waterfall: what was compared, how it agreed, and its evidence in bits (log2)."""

    comparison: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Score:
    """The probability that two records are one customer, with its parts; ``start`` is the prior in bits."""

    probability: float
    start: float
    parts: tuple[Part, ...]


def score(model: Model, one: Features, two: Features) -> Score:
    """Compare two records. Missing values say nothing; common names count for less."""
    parts = tuple(_parts(model, one, two))
    start = math.log2(model.match_rate / (1 - model.match_rate))
    return Score(probability_of(start + sum(part.bits for part in parts)), start, parts)


def probability_of(bits: float) -> float:
    """The probability that belongs to so many bits of evidence (log2 odds)."""
    return 1.0 / (1.0 + math.exp2(-min(max(bits, -500.0), 500.0)))


def level_of(comparison: Comparison, one: Features, two: Features) -> Level | None:
    """How two records agree; None when there is nothing to compare."""
    if comparison.missing(one, two):
        return None
    return next(level for level in comparison.levels if level.test(one, two))


def _parts(model: Model, one: Features, two: Features) -> list[Part]:
    found = []
    for comparison in COMPARISONS:
        level = level_of(comparison, one, two)
        if level is not None:
            bits = model.weights[comparison.code][level.code].bits + _rarity(model, level, one)
            found.append(Part(comparison.code, level.code, bits))
    return found


def _rarity(model: Model, level: Level, one: Features) -> float:
    """What it adds that the shared value is rare, or takes away that it is common (Splink's term frequency)."""
    if not level.tf or level.tf not in model.rare:
        return 0.0
    value = getattr(one, level.tf)
    share = model.frequencies[level.tf].get(value, model.rare[level.tf])
    average = next(weight.u for code, weight in model.weights["name"].items() if code == level.code)
    return math.log2(average / share)
