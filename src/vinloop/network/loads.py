"""How busy a dealer is: counted by the room that knows leads, which is above this one and registers itself here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

LoadCounter = Callable[[Collection[int]], Mapping[int, int]]
_counters: list[LoadCounter] = []


def register_load_counter(counter: LoadCounter) -> None:
    """Offer a count of open leads per dealer id; called in an upper room's ``apps.py``."""
    if counter not in _counters:
        _counters.append(counter)


def open_leads(dealer_ids: Collection[int]) -> dict[int, int] | None:
    """Open leads of each dealer; ``None`` when no room counts them."""
    if not _counters:
        return None
    counts = [counter(dealer_ids) for counter in _counters]
    return {dealer: sum(each.get(dealer, 0) for each in counts) for dealer in dealer_ids}
