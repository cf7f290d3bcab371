"""The verification desk's call list, in the order to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vinloop.kernel.access import Actor
from vinloop.leads.models import Lead
from vinloop.leads.queries.named import named
from vinloop.leads.rules.verification import CALL_WITHIN, CallCandidate, call_priority, call_reasons

VERIFY = "leads.lead:verify"
WINDOW = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A lead to call, why it stands where it stands, and whether its moment has passed."""

    lead: Lead
    priority: int
    reasons: tuple[str, ...]
    is_overdue: bool


def call_list(actor: Actor, *, at: datetime, limit: int = 50) -> list[Call]:
    """Leads to call now, most urgent first, out of the 100 that wait longest; one query.

    Customers who asked to be called later, or did not answer, appear when their time comes.
    """
    actor.require(VERIFY)
    # The longest waiting first and alone: with the customers joined, PostgreSQL would sort everybody who waits.
    waiting = Lead.objects.filter(status="new", next_attempt_at__lte=at).order_by("next_attempt_at", "id")[:WINDOW]
    leads = Lead.objects.filter(pk__in=waiting.values("id")).select_related("customer")
    calls = [_call(lead, at) for lead in named(leads)]
    calls.sort(key=lambda call: (-call.priority, call.lead.received_at, call.lead.pk))
    return calls[:limit]


def count_calls(at: datetime) -> int:
    """How many wait, up to a thousand; for the menu's counter."""
    return Lead.objects.filter(status="new", next_attempt_at__lte=at).values("id")[:1000].count()


def _call(lead: Lead, at: datetime) -> Call:
    days = (lead.expected_order_on - at.date()).days if lead.expected_order_on else None
    candidate = CallCandidate(
        received_at=lead.received_at,
        attempts=lead.attempts,
        touch_count=lead.touch_count,
        days=days,
        is_test_drive=lead.interest == Lead.Interest.TEST_DRIVE,
        source_family=lead.source.family,
    )
    reasons = tuple(code for code, _ in call_reasons(candidate, at))
    call_by = (lead.next_attempt_at or lead.received_at) + CALL_WITHIN
    return Call(lead, call_priority(candidate, at), reasons, call_by < at)
