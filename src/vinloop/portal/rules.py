"""Pure decisions of the public site: what a buyer reads about their enquiry. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

StepState = Literal["done", "now", "next", "skipped"]
STEPS = ("received", "call", "dealer", "test_drive", "order", "delivered")
CLOSED = frozenset({"lost", "invalid"})
# While a loss is being reviewed the buyer sees what they saw before: nobody has decided anything yet.
_AT_DEALER = frozenset({"accepted", "working", "lost_pending", "ordered", "delivered"})
DRIVE_STATES = frozenset({"accepted", "working"})


@dataclass(frozen=True, slots=True)
class Progress:
    """The moments of an enquiry, as far as they are over."""

    status: str
    received_at: datetime
    verified_at: datetime | None = None
    accepted_at: datetime | None = None
    test_driven_at: datetime | None = None
    ordered_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BuyerStep:
    """One step on the buyer's page."""

    name: str
    state: StepState
    at: datetime | None = None


def buyer_steps(progress: Progress) -> list[BuyerStep]:
    """The six steps from the enquiry to the car. A step that was passed over is skipped, not open for ever."""
    moments = _moments(progress)
    done = [index for index, name in enumerate(STEPS) if moments[name] is not None or _is_past(name, progress)]
    furthest = max(done)
    is_over = progress.status in CLOSED
    return [_step(index, name, moments, done, None if is_over else furthest + 1) for index, name in enumerate(STEPS)]


def is_dealer_known(status: str) -> bool:
    """Whether the buyer may be told the dealer: once it has accepted, because before that it may still change."""
    return status in _AT_DEALER


def _moments(progress: Progress) -> Mapping[str, datetime | None]:
    return {
        "received": progress.received_at,
        "call": progress.verified_at,
        "dealer": progress.accepted_at if progress.status in _AT_DEALER else None,
        "test_drive": progress.test_driven_at,
        "order": progress.ordered_at,
        "delivered": progress.delivered_at,
    }


def _is_past(name: str, progress: Progress) -> bool:
    """Steps that count as done without a moment of their own: a dealer's walk-in was never called."""
    if name == "call":
        return progress.status in _AT_DEALER | {"ready", "dispatched"}
    return name == "dealer" and progress.status in _AT_DEALER


def _step(index: int, name: str, moments: Mapping[str, datetime | None], done: list[int], now: int | None) -> BuyerStep:
    if index in done:
        return BuyerStep(name, "done", moments[name])
    if index < max(done):
        return BuyerStep(name, "skipped")
    return BuyerStep(name, "now" if index == now else "next")
