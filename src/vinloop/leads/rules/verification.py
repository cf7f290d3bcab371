"""Which lead to call next, and what follows a call nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CALL_WITHIN = timedelta(minutes=30)
"""How long a lead may wait on the call list before it counts as overdue."""
DEFAULT_RETRY_MINUTES: Sequence[int] = (30, 120, 1440, 2880, 4320)


@dataclass(frozen=True, slots=True)
class CallCandidate:
    """What decides the order of the call list."""

    received_at: datetime
    attempts: int
    touch_count: int
    days: int | None
    is_test_drive: bool
    source_family: str


def call_priority(lead: CallCandidate, now: datetime) -> int:
    """Points, higher first. The reasons can be told to the agent, see ``call_reasons``."""
    return sum(points for _, points in call_reasons(lead, now))


def call_reasons(lead: CallCandidate, now: datetime) -> list[tuple[str, int]]:
    """Why a lead stands where it stands: reason codes with their points."""
    waited = now - lead.received_at
    reasons = [
        ("came_back", 30 if lead.touch_count > 1 else 0),
        ("wants_test_drive", 25 if lead.is_test_drive else 0),
        ("buys_soon", 40 if lead.days is not None and lead.days <= 15 else 0),
        ("buys_in_quarter", 15 if lead.days is not None and 15 < lead.days <= 90 else 0),
        ("fresh", 35 if waited < timedelta(minutes=30) and not lead.attempts else 0),
        ("waits_long", min(20, int(waited.total_seconds() // 3600)) if not lead.attempts else 0),
        ("tried_before", -5 * lead.attempts),
    ]
    return [(code, points) for code, points in reasons if points]


def retry_minutes(attempts: int, cadence: Sequence[int] = DEFAULT_RETRY_MINUTES) -> int | None:
    """Business minutes until the next try after ``attempts`` calls without answer; ``None``: give up."""
    return cadence[attempts - 1] if 0 < attempts <= len(cadence) else None
