"""Medians and their kin, of values that were gathered part by part."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` of the sorted values lie, interpolated as PostgreSQL's ``percentile_cont``.

    ``None`` without any value.
    """
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
