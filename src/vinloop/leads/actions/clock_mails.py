"""Mails to colleagues when a clock of a dealer comes near its end or passes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
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
LISTED = 50  # leads a mail lists of each kind; the rest is a number and a link


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A reminder or an escalation that was just recorded."""

    assignment: Assignment
    step: Literal["remind", "escalate"]
    clock: Clock
    moments: ClockMoments


def mail_steps(steps: Sequence[StepTaken], *, at: datetime) -> int:
    """Queue one mail per person in the transaction of the steps; returns how many.

    About a single lead it says everything; about several it is a list of them, most urgent first. The number of queries
    does not grow with the steps. A dealer may be spared by the setting ``leads.clock_mails``.
    """
    wanted = [each for each in steps if get_setting("leads.clock_mails", each.assignment.owner_id)]
    if not wanted:
        return 0
    return queue_notices((_notice(reader, told) for reader, told in _by_reader(wanted)), at=at)


def _by_reader(steps: Sequence[StepTaken]) -> Iterable[tuple[User, list[StepTaken]]]:
    people = PeopleTold(each.assignment.lead for each in steps)
    readers: dict[int, User] = {}
    told: dict[int, list[StepTaken]] = defaultdict(list)
    for each in steps:
        lead = each.assignment.lead
        for reader in people.reminded(lead) if each.step == "remind" else people.escalated(lead):
            readers[reader.pk] = reader
            told[reader.pk].append(each)
    return [(readers[each], told[each]) for each in readers]


def _notice(reader: User, told: list[StepTaken]) -> Notice:
    if len(told) > 1:
        return Notice(owner_id=_shared_place(told), user=reader, template="lead_digest", context=_digest(told))
    (taken,) = told
    return Notice(
        owner_id=taken.assignment.owner_id,
        user=reader,
        template=TEMPLATES[taken.step],
        context=_context(taken),
        customer_id=taken.assignment.lead.customer_id,
    )


def _shared_place(told: list[StepTaken]) -> int:
    """The nearest organisation all the leads are in: whoever sees it sees them too."""
    paths = [each.assignment.lead.dealer.path.strip("/").split("/") for each in told if each.assignment.lead.dealer]
    shared = [levels[0] for levels in zip(*paths, strict=False) if len(set(levels)) == 1]
    return int(shared[-1]) if shared else told[0].assignment.owner_id


def _digest(told: list[StepTaken]) -> dict[str, Any]:
    """Missed deadlines and those that are near. No customer is named: the mail would outlive the erasure of one."""
    return {
        "missed": _listed(each for each in told if each.step == "escalate"),
        "near": _listed(each for each in told if each.step == "remind"),
        "has_dealers": len({each.assignment.owner_id for each in told}) > 1,
        "list_url": settings.PUBLIC_URL.rstrip("/") + reverse("leads:lead_list"),
    }


def _listed(steps: Iterable[StepTaken]) -> dict[str, Any]:
    lines = sorted((_line(each) for each in steps), key=itemgetter("deadline", "ref"))
    return {"lines": lines[:LISTED], "count": len(lines), "more": max(0, len(lines) - LISTED)}


def _line(taken: StepTaken) -> dict[str, Any]:
    """What a line of the list says of a lead; names are spelt when it is written, in the reader's language."""
    lead, assignment = taken.assignment.lead, taken.assignment
    return {
        "clock": taken.clock,
        "ref": lead.ref,
        "model": lead.car_model or lead.model_text or lead.brand,
        "dealer": lead.dealer,
        "deadline": assignment.accept_by if taken.clock == "accept" else assignment.contact_by,
        "timezone": schedule_of(assignment.owner_id).timezone,
        "lead_url": settings.PUBLIC_URL.rstrip("/") + reverse("leads:lead_page", args=[lead.ref]),
    }


def _context(taken: StepTaken) -> dict[str, Any]:
    """What the mail about one lead says; no number is among it."""
    lead = taken.assignment.lead
    return _line(taken) | {
        "customer": lead.customer.name or _("customer without a name"),
        "consultant": lead.consultant,
        "taken_back_at": taken.moments.reassign_at,
    }
