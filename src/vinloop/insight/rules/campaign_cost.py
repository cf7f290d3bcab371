"""A campaign's cost is spread evenly over its days, so that a month bears only its own part."""

from __future__ import annotations

from datetime import date


def cost_within(cost: int, starts_on: date | None, ends_on: date | None, first: date, last: date) -> float:
    """The part of ``cost`` (minor units) that falls on ``first`` to ``last``.

    A campaign without an end, or without a start, costs everything on the one day that is known; one without any
    date costs everything in every period.
    """
    begin, end = starts_on or ends_on, ends_on or starts_on
    if begin is None or end is None or end < begin:
        return float(cost)
    common = (min(end, last) - max(begin, first)).days + 1
    return cost * max(common, 0) / ((end - begin).days + 1)
