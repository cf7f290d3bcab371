"""Consent by purpose and channel, each answer with its proof; the newest one counts, the older ones stay as history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vinloop.customers.events import ConsentRecorded
from vinloop.customers.models import Consent, Customer
from vinloop.customers.privacy.events import PurposeConsentRecorded
from vinloop.customers.privacy.words import PURPOSES
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, Recorded, Subject, record_all

if TYPE_CHECKING:
    from vinloop.customers.actions.edit import KnownRef

EDIT, CONTACT = "customers.consent:edit", "contact"
# What a purpose is asked by: the ways to be reached, or the thing as a whole.
BY_CHANNEL = frozenset({CONTACT, "marketing"})
WHOLE = ""


def channels_of(purpose: str) -> tuple[str, ...]:
    """What may be answered for a purpose: each channel, or the empty word for the purpose as a whole."""
    return tuple(Consent.Channel.values) if purpose in BY_CHANNEL else (WHOLE,)


def record_purpose(
    *, actor: Actor, customer: Customer, purpose: str, answers: Mapping[str, bool], proof: str, at: datetime
) -> None:
    """Keep what the customer allowed or refused for one purpose.

    Raises ``NotAllowed``, and ``ValueError`` for a purpose or channel nobody knows.
    """
    actor.require(EDIT)
    if purpose not in PURPOSES or not set(answers) <= set(channels_of(purpose)):
        raise ValueError("unknown purpose or channel")
    write_consents(actor, customer, purpose, answers, (proof, at))


def write_consents(
    actor: Actor, customer: KnownRef, purpose: str, answers: Mapping[str, bool], proven: tuple[str, datetime]
) -> None:
    """Write answers with their proof and the moment, and tell of them; the caller has authorised its actor."""
    proof, at = proven
    Consent.objects.bulk_create(
        Consent(customer_id=customer.id, purpose=purpose, channel=channel, is_granted=granted, proof=proof, at=at)
        for channel, granted in answers.items()
    )
    subject = Subject("customers.customer", customer.id, actor.organisation_id, customer.ref, customer.id)
    facts = [_fact(customer.ref, purpose, channel, granted) for channel, granted in answers.items()]
    record_all((Recorded(fact, subject) for fact in facts), actor=actor, at=at)


def _fact(ref: str, purpose: str, channel: str, granted: bool) -> Fact:
    answer = "yes" if granted else "no"
    if purpose == CONTACT:
        return ConsentRecorded(ref=ref, channel=channel, answer=answer)
    return PurposeConsentRecorded(ref=ref, purpose=purpose, channel=channel, answer=answer)


def answers_of(history: Sequence[Consent]) -> dict[str, dict[str, bool]]:
    """The newest answers, purpose → channel → allowed, of a history that is sorted oldest first."""
    found: dict[str, dict[str, bool]] = {}
    for row in history:
        found.setdefault(row.purpose, {})[row.channel] = row.is_granted
    return found


def consent_history(customer_id: int) -> list[Consent]:
    """Every answer of a customer, oldest first; one query."""
    return list(Consent.objects.filter(customer_id=customer_id).order_by("at", "id"))
