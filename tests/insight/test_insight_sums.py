"""Adding up parts: also where one of them has no row at all."""

from __future__ import annotations

from vinloop.insight.queries.aggregates import total
from vinloop.insight.queries.blocks import Compared


def test_a_part_without_a_row_takes_nothing_from_lists_and_sums() -> None:
    nothing = {"leads": 0, "seconds": 0, "price": 0}
    some = {"leads": 2, "seconds": [60, 120], "price": None}
    for parts in ((some, nothing, some), (nothing, some, some), (some, some, nothing)):
        whole = total(Compared(each, nothing) for each in parts)
        assert whole.now == {"leads": 4, "seconds": [60, 120, 60, 120], "price": 0}, parts
    assert total([Compared(some, nothing)]).before == nothing
