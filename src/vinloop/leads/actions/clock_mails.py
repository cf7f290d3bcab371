"""Mails to colleagues when a clock of a dealer comes near its end or passes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.models import User
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Assignment
from vinloop.leads.queries.told import PeopleTold
from vinloop.leads.rules.clocks import Clock, ClockMoments
from vinloop.messaging.actions import Notice, queue_notices
from vinloop.network.queries import schedule_of

TEMPLATES = {"remind": "lead_reminder", "escalate": "lead_escalation"}


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A reminder or an escalation that was just recorded."""

    assignment: Assignment
    step: Literal["remind", "escalate"]
    clock: Clock
    moments: ClockMoments


def mail_steps(steps: Sequence[StepTaken], *, at: datetime) -> int:
    """Queue one mail per step and person in the transaction of the steps; returns how many.

    The number of queries does not grow with the steps. A dealer may be spared by the setting ``leads.clock_mails``.
    """
    wanted = [each for each in steps if get_setting("leads.clock_mails", each.assignment.owner_id)]
    if not wanted:
        return 0
    people = PeopleTold(each.assignment.lead for each in wanted)
    return queue_notices((notice for each in wanted for notice in _notices(each, people)), at=at)


def _notices(taken: StepTaken, people: PeopleTold) -> Iterable[Notice]:
    lead, context = taken.assignment.lead, _context(taken)
    readers: list[User] = people.reminded(lead) if taken.step == "remind" else people.escalated(lead)
    for reader in readers:
        yield Notice(
            owner_id=taken.assignment.owner_id,
            user=reader,
            template=TEMPLATES[taken.step],
            context=context,
            customer_id=lead.customer_id,
        )


def _context(taken: StepTaken) -> dict[str, Any]:
    """What the mail says. Names are spelt when it is written, in the reader's language; no number is among it."""
    lead, assignment = taken.assignment.lead, taken.assignment
    return {
        "clock": taken.clock,
        "ref": lead.ref,
        "customer": lead.customer.name or _("customer without a name"),
        "model": lead.car_model or lead.model_text or lead.brand,
        "dealer": lead.dealer,
        "consultant": lead.consultant,
        "deadline": assignment.accept_by if taken.clock == "accept" else assignment.contact_by,
        "taken_back_at": taken.moments.reassign_at,
        "timezone": schedule_of(assignment.owner_id).timezone,
        "lead_url": settings.PUBLIC_URL.rstrip("/") + reverse("leads:lead_page", args=[lead.ref]),
    }
