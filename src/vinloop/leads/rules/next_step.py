"""The one thing to do next with a lead at a dealer, from the state table and what has happened so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vinloop.leads.rules.states import possible_transitions

Step = Literal["accept", "call", "book_test_drive", "quote", "report_sale", "review_lost"]
TEST_DRIVE = "leads.test_drive:manage"
WORK = "leads.lead:work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a lead is. ``is_due``: the customer waits for a word now."""

    status: str
    has_contact: bool
    is_due: bool
    has_test_drive: bool
    has_quote: bool
    is_hot: bool = False


def next_step(lead: Progress, may: Callable[[str], bool]) -> Step | None:
    """The step, or ``None`` when nothing in this lead is up to whoever asks (``may`` tells permissions)."""
    allowed = {each.name for each in possible_transitions(lead) if may(each.permission)}
    if "accept" in allowed:
        return "accept"
    if "approve_lost" in allowed:
        return "review_lost"
    if lead.status not in ("accepted", "working") or not may(WORK):
        return None
    return _work_step(lead, may, can_order="order" in allowed)


def _work_step(lead: Progress, may: Callable[[str], bool], *, can_order: bool) -> Step:
    if not lead.has_contact or lead.is_due:
        return "call"
    if not lead.has_test_drive and may(TEST_DRIVE):
        return "book_test_drive"
    return "report_sale" if lead.has_quote and can_order else "quote"
