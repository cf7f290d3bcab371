"""The errors the leads room raises."""

from __future__ import annotations

from datetime import datetime


class SubmissionRefused(Exception):
    """A submission can't become a lead. ``problems`` maps a field path to a reason code."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in problems.items()))
        self.problems = problems


class LeadNotFound(Exception):
    """No such lead in the actor's sight."""


class NotPossible(Exception):
    """The step can't be taken now. ``reason`` is a stable code; the doors turn it into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlotTaken(NotPossible):
    """The car (``car_taken``) or the consultant (``consultant_taken``) has another test drive at that time."""

    def __init__(self, reason: str, starts_at: datetime, ends_at: datetime) -> None:
        super().__init__(reason)
        self.starts_at, self.ends_at = starts_at, ends_at
