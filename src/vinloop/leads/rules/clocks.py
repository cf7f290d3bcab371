"""The two clocks of an assignment: accept, and first human contact. Deadlines are given by the dealer's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Clock = Literal["accept", "contact"]
Step = Literal["remind", "escalate", "reassign"]


@dataclass(frozen=True, slots=True)
class ClockMoments:
    """When an open assignment must be reminded of, reported above, and taken back."""

    remind_at: datetime
    escalate_at: datetime
    reassign_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockState:
    """What already happened to the assignment."""

    is_reminded: bool
    is_escalated: bool


def due_step(moments: ClockMoments, state: ClockState, now: datetime) -> Step | None:
    """The step that is due now; the gravest first, so a long outage does not send three notices at once."""
    if moments.reassign_at is not None and now >= moments.reassign_at:
        return "reassign"
    if now >= moments.escalate_at and not state.is_escalated:
        return "escalate"
    if now >= moments.remind_at and not state.is_reminded and not state.is_escalated:
        return "remind"
    return None


def next_check(moments: ClockMoments, state: ClockState) -> datetime | None:
    """When to look again; ``None`` when no step is left."""
    waiting = []
    if not state.is_reminded and not state.is_escalated:
        waiting.append(moments.remind_at)
    if not state.is_escalated:
        waiting.append(moments.escalate_at)
    if moments.reassign_at is not None:
        waiting.append(moments.reassign_at)
    return min(waiting) if waiting else None
