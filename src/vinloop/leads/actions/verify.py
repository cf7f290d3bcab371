"""The verification desk's work: one call, one outcome."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from vinloop.customers.actions import record_consents
from vinloop.kernel.access import Actor
from vinloop.kernel.clocks import add_business_minutes
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.soon import dispatch_soon
from vinloop.leads.actions.states import announce, change, locked_lead, move
from vinloop.leads.events import LeadInvalid, LeadNotReached, LeadRipened, LeadVerified, NotPossible
from vinloop.leads.models import Contact, Lead, ReasonCode
from vinloop.leads.rules.levels import expected_order_date, is_hot, level_for
from vinloop.leads.rules.verification import retry_minutes
from vinloop.network.queries import dealer_id_by_code
from vinloop.network.schedules import schedule_of
from vinloop.vehicles.queries import catalogue

VERIFY = "leads.lead:verify"
UNREACHABLE = "unreachable"


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What the call brought.

    ``days`` is within how many days the customer plans to order. Budgets are minor units. ``None`` and empty values
    leave what is known unchanged.
    """

    outcome: Literal["valid", "no_answer", "invalid"]
    reason: str = ""
    days: int | None = None
    model_code: str = ""
    budget_low: int | None = None
    budget_high: int | None = None
    trade_in: dict[str, Any] | None = None
    consent: dict[str, bool] = {}
    wished_dealer: str = ""
    upsell_code: str = ""
    note: str = ""


def verify_lead(*, actor: Actor, ref: str, verification: Verification, at: datetime) -> Lead:
    """Record a verification call and move the lead on: to a dealer, to nurturing, to the next try, or to its end.

    Raises ``LeadNotFound``, ``TransitionRefused``, ``NotPossible`` and ``NotAllowed``.
    """
    actor.require(VERIFY)
    lead = locked_lead(ref)
    if lead.status not in ("new", "nurture"):
        raise NotPossible("already_verified")
    outcomes = {"valid": _valid, "no_answer": _no_answer, "invalid": _invalid}
    outcomes[verification.outcome](actor, lead, verification, at)
    return lead


def ripen_lead(*, actor: Actor, ref: str, at: datetime) -> Lead:
    """Put a nurtured lead back on the call list."""
    lead = locked_lead(ref)
    move(lead, "ripen", actor=actor, at=at, next_attempt_at=at, attempts=0)
    announce(lead, LeadRipened(ref=ref), actor=actor, at=at)
    return lead


def _valid(actor: Actor, lead: Lead, said: Verification, at: datetime) -> None:
    _log_call(actor, lead, Contact.Result.REACHED, said.note, at)
    hot = is_hot(is_verified=True, days=said.days, limit_days=get_setting("leads.hot_days"))
    names = {("new", True): "verify_ready", ("new", False): "verify_nurture", ("nurture", True): "ripen_ready"}
    values = _facts(lead, said, at, hot) | {"verified_at": at, "verified_by_id": actor.user_id}
    name = names.get((lead.status, hot))
    if name:
        move(lead, name, actor=actor, at=at, **values)
    else:
        change(lead, at=at, **values)
    if said.consent:
        _keep_consent(actor, lead, said, at)
    announce(lead, LeadVerified(ref=lead.ref, level=lead.level, is_hot=hot), actor=actor, at=at)
    if lead.status == "ready":
        dispatch_soon(lead.pk)


def _facts(lead: Lead, said: Verification, at: datetime, hot: bool) -> dict[str, Any]:
    models = catalogue()
    model = models.model_by_code(said.model_code) if said.model_code else None
    upsell = models.model_by_code(said.upsell_code) if said.upsell_code else None
    nurture_days = get_setting("leads.nurture_days")
    facts: dict[str, Any] = {
        "is_hot": hot,
        "level": level_for(said.days, get_setting("leads.level_days")),
        "expected_order_on": expected_order_date(at, said.days, "Asia/Shanghai"),
        "next_attempt_at": None if hot else at + timedelta(days=nurture_days),
        "attempts": 0,
        "car_model_id": model.id if model else lead.car_model_id,
        "upsell_model_id": upsell.id if upsell else lead.upsell_model_id,
        "budget_low": lead.budget_low if said.budget_low is None else said.budget_low,
        "budget_high": lead.budget_high if said.budget_high is None else said.budget_high,
        "trade_in": lead.trade_in if said.trade_in is None else said.trade_in,
        "wished_dealer_id": dealer_id_by_code(said.wished_dealer) or lead.wished_dealer_id,
        "handover_note": said.note or lead.handover_note,
    }
    return facts


def _keep_consent(actor: Actor, lead: Lead, said: Verification, at: datetime) -> None:
    record_consents(
        actor=actor,
        customer=lead.customer,
        answers=said.consent,
        proof=f"verification call {lead.ref}",
        at=at,
        permission=VERIFY,
    )


def _no_answer(actor: Actor, lead: Lead, said: Verification, at: datetime) -> None:
    _log_call(actor, lead, Contact.Result.NO_ANSWER, said.note, at)
    attempts = lead.attempts + 1
    minutes = retry_minutes(attempts, get_setting("leads.retry_minutes"))
    announce(lead, LeadNotReached(ref=lead.ref, attempt=attempts), actor=actor, at=at)
    if minutes is None:
        _end(actor, lead, UNREACHABLE, at, attempts=attempts)
        return
    next_at = add_business_minutes(schedule_of(lead.owner_id), at, minutes)
    change(lead, at=at, attempts=attempts, next_attempt_at=next_at)


def _invalid(actor: Actor, lead: Lead, said: Verification, at: datetime) -> None:
    _log_call(actor, lead, Contact.Result.NOT_BUYING, said.note, at)
    _end(actor, lead, said.reason, at)


def _end(actor: Actor, lead: Lead, reason_code: str, at: datetime, **values: Any) -> None:
    reason = ReasonCode.objects.filter(kind="invalid", code=reason_code, is_active=True).first()
    if reason is None:
        raise NotPossible("reason_required")
    name = "verify_invalid" if lead.status == "new" else "give_up_nurture"
    move(lead, name, actor=actor, at=at, lost_reason=reason, next_attempt_at=None, **values)
    announce(lead, LeadInvalid(ref=lead.ref, reason=reason.code), actor=actor, at=at)


def _log_call(actor: Actor, lead: Lead, result: str, note: str, at: datetime) -> None:
    Contact.objects.create(
        lead=lead,
        owner_id=actor.organisation_id,
        user_id=actor.user_id,
        purpose=Contact.Purpose.VERIFY,
        channel=Contact.Channel.PHONE,
        result=result,
        note=note,
        at=at,
    )
