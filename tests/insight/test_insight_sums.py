"""Adding up parts: also where one of them has no row at all."""

from __future__ import annotations

from typing import Any

from vinloop.insight.queries.aggregates import Compared, total


def test_a_part_without_a_row_takes_nothing_from_lists_and_sums() -> None:
    nothing: dict[str, Any] = {"leads": 0, "seconds": 0, "price": 0}
    some: dict[str, Any] = {"leads": 2, "seconds": [60, 120], "price": None}
    for parts in ((some, nothing, some), (nothing, some, some), (some, some, nothing)):
        whole = total(Compared(each, nothing) for each in parts)
        assert whole.now == {"leads": 4, "seconds": [60, 120, 60, 120], "price": 0}, parts
    assert total([Compared(some, nothing)]).before == nothing
