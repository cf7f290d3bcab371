"""External ids: what a source calls a lead, kept apart by who brought it.

A dealer's ids are its own. Were they compared across dealers, a dealer that guesses another's id would be answered with
the other's lead.
"""

from __future__ import annotations

# A sign nobody types, between a dealer and its own id.
_OWN = "\x1f"


def kept_id(external_id: str | None, dealer_id: int | None) -> str:
    """An external id as it is kept; ``dealer_id`` is set when a dealer brought it. Empty for none."""
    if not external_id:
        return ""
    return f"{dealer_id}{_OWN}{external_id}" if dealer_id is not None else external_id


def shown_id(kept: str | None) -> str:
    """The external id as its source gave it."""
    return (kept or "").rpartition(_OWN)[2]
