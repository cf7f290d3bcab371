"""Writes of the public site. Each has authorised its visitor by a grant of the page and a signed link."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from vinloop.customers.actions import record_consents
from vinloop.customers.models import Consent
from vinloop.kernel.access import Actor, elevated
from vinloop.leads.actions import Captured, capture_lead
from vinloop.leads.actions.buyer import hear_from_buyer
from vinloop.leads.actions.states import announce
from vinloop.leads.actions.test_drives import SlotInput, book_test_drive, cancel_test_drive, move_test_drive
from vinloop.leads.events import NotPossible
from vinloop.leads.models import Lead, TestDrive, Touch
from vinloop.leads.queries.test_drives import slots
from vinloop.leads.rules.slots import FreeSlot
from vinloop.leads.rules.submissions import ConsentInput, CustomerInput, InterestInput, Submission, TradeInInput
from vinloop.messaging.actions import queue_message
from vinloop.portal.attribution import Origin
from vinloop.portal.declarations import MANAGE_ENQUIRY
from vinloop.portal.events import BuyerLostInterest, BuyerWrote
from vinloop.portal.links import make_token, page_url
from vinloop.portal.queries import withdrawal_proof
from vinloop.portal.rules import DRIVE_STATES

SOURCE = "web"
WORDING = "wording 1"
DAYS_AHEAD = 14
_CHANNELS = ("phone", "sms", "email", "wechat")
_MANAGE_DRIVES = "leads.test_drive:manage"
_WHY = "the buyer looks after their own enquiry"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the form said, checked. ``allowed`` are the channels whose box was ticked."""

    name: str
    phone: str
    city: str
    email: str = ""
    interest: str = "buy"
    brand: str
    model: str
    model_label: str = ""
    trim: str = ""
    colour: str = ""
    timeframe: str = ""
    wished_dealer: str = ""
    trade_in: TradeInInput | None = None
    comments: str = ""
    allowed: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What the sender of the form gets: a reference and the token of their page."""

    ref: str
    token: str


def capture_enquiry(*, actor: Actor, answers: Answers, origin: Origin, form_key: str, at: datetime) -> Received:
    """Make a lead of the form and confirm it by e-mail. Raises ``SubmissionRefused`` and ``NotAllowed``.

    The same form sent again (double click, reload, back) is answered like the first time. A form that was changed
    and sent again is a later touch. The token is full only for whoever sent the lead's first touch.
    """
    submission = _submission(answers, origin, form_key)
    captured = capture_lead(actor=actor, submission=submission, at=at)
    with elevated("whether the lead began with this very form, and where to confirm it"):
        token = make_token(captured.ref, is_full=_is_own(captured, form_key))
        if answers.email and not captured.is_resend:
            _confirm(actor, answers, captured, token, at)
    return Received(captured.ref, token)


def write_comment(*, actor: Actor, ref: str, text: str, at: datetime) -> None:
    """Put the buyer's words before whoever works on the lead. Raises ``NotPossible``, ``LeadNotFound``."""
    actor.require(MANAGE_ENQUIRY)
    with elevated(_WHY):
        lead = hear_from_buyer(actor=actor, ref=ref, note=text, at=at)
        if lead is not None:
            announce(lead, BuyerWrote(ref=ref), actor=actor, at=at)


def drop_interest(*, actor: Actor, ref: str, reason: str, at: datetime) -> None:
    """The buyer is no longer interested: told to whoever works on the lead, who closes it with a reason.

    A test drive that is booked is called off. Raises ``NotPossible``, ``LeadNotFound``.
    """
    actor.require(MANAGE_ENQUIRY)
    with elevated(_WHY):
        lead = hear_from_buyer(actor=actor, ref=ref, note=reason, is_not_buying=True, at=at)
        if lead is not None:
            drive = _booked_drive(lead)
            if drive is not None:
                cancel_test_drive(actor=_driver(actor), ref=drive.ref, at=at)
            announce(lead, BuyerLostInterest(ref=ref), actor=actor, at=at)


def withdraw_consent(*, actor: Actor, ref: str, channel: str, at: datetime) -> None:
    """The buyer forbids a channel, whatever they allowed before and wherever. Raises ``ValueError``."""
    actor.require(MANAGE_ENQUIRY)
    if channel not in Consent.Channel.values:
        raise ValueError(channel)
    with elevated(_WHY):
        lead = Lead.objects.select_related("customer").get(ref=ref)
        record_consents(
            actor=actor,
            customer=lead.customer,
            answers={channel: False},
            proof=withdrawal_proof(ref),
            at=at,
            permission=MANAGE_ENQUIRY,
        )


def days_to_drive(at: datetime, zone: ZoneInfo) -> list[date]:
    """The days a buyer can choose from, today first, where the dealer is."""
    today = at.astimezone(zone).date()
    return [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]


def free_times(*, actor: Actor, ref: str, day: date, at: datetime) -> list[FreeSlot]:
    """Free times of the buyer's dealer on a day, for the model they asked for or, without one, any."""
    actor.require(MANAGE_ENQUIRY)
    with elevated(_WHY):
        lead = _lead_for_drive(ref)
        return _free(lead, _booked_drive(lead), day, at)


def choose_drive(*, actor: Actor, ref: str, starts_at: datetime, at: datetime) -> TestDrive:
    """Book a test drive at the buyer's dealer, or move the one that is booked.

    Raises ``SlotTaken`` when somebody was quicker, ``NotPossible``, ``LeadNotFound``.
    """
    actor.require(MANAGE_ENQUIRY)
    with elevated(_WHY):
        lead = _lead_for_drive(ref)
        drive = _booked_drive(lead)
        if drive is not None and drive.starts_at == starts_at:
            return drive
        slot = _slot(lead, drive, starts_at, at)
        if drive is not None:
            return move_test_drive(actor=_driver(actor), ref=drive.ref, slot=slot, at=at)
        return book_test_drive(actor=_driver(actor), lead_ref=ref, slot=slot, at=at)


def call_off_drive(*, actor: Actor, ref: str, at: datetime) -> None:
    """Cancel the booked test drive; without one nothing happens. Raises ``LeadNotFound``."""
    actor.require(MANAGE_ENQUIRY)
    with elevated(_WHY):
        drive = _booked_drive(Lead.objects.get(ref=ref))
        if drive is not None:
            cancel_test_drive(actor=_driver(actor), ref=drive.ref, at=at)


def _submission(answers: Answers, origin: Origin, form_key: str) -> Submission:
    allowed = {channel: True for channel in _CHANNELS if channel in answers.allowed}
    extra = origin.as_extra() | ({"colour": answers.colour} if answers.colour else {})
    return Submission(
        source=SOURCE,
        external_id=f"{form_key}-{_digest(answers)}",
        campaign=origin.campaign,
        referrer=origin.referrer,
        customer=CustomerInput(
            name=answers.name,
            phones=[answers.phone],
            emails=[answers.email] if answers.email else [],
            city=answers.city,
        ),
        interest=msgspec.convert(
            {"kind": answers.interest, "brand": answers.brand, "model": answers.model, "trim": answers.trim},
            InterestInput,
        ),
        timeframe=answers.timeframe,
        comments=answers.comments,
        consent=ConsentInput(**allowed, proof=f"web form, {WORDING}, {answers.language}" if allowed else ""),
        trade_in=answers.trade_in,
        wished_dealer=answers.wished_dealer,
        language=answers.language,
        extra=extra,
    )


def _digest(answers: Answers) -> str:
    return hashlib.blake2s(msgspec.json.encode(answers), digest_size=6).hexdigest()


def _is_own(captured: Captured, form_key: str) -> bool:
    """Whether the lead's first touch came from this form: only then its progress is the sender's to see."""
    first = Touch.objects.filter(lead_id=captured.lead_id).order_by("at", "id").values_list("external_id", flat=True)
    return (first.first() or "").startswith(f"{form_key}-")


def _confirm(actor: Actor, answers: Answers, captured: Captured, token: str, at: datetime) -> None:
    lead = Lead.objects.only("customer_id").get(pk=captured.lead_id)
    queue_message(
        actor=actor,
        owner_id=actor.organisation_id,
        at=at,
        address=answers.email,
        template="lead_received",
        language=answers.language,
        context={
            "ref": captured.ref,
            "customer_name": answers.name,
            "model": answers.model_label,
            "tracking_url": page_url(token),
        },
        consent_basis="service",
        customer_id=lead.customer_id,
    )


def _lead_for_drive(ref: str) -> Lead:
    lead = Lead.objects.get(ref=ref)
    if lead.status not in DRIVE_STATES or lead.dealer_id is None:
        raise NotPossible("no_dealer_yet")
    return lead


def _booked_drive(lead: Lead) -> TestDrive | None:
    return TestDrive.objects.filter(lead=lead, status=TestDrive.Status.BOOKED).order_by("-starts_at").first()


def _free(lead: Lead, drive: TestDrive | None, day: date, at: datetime) -> list[FreeSlot]:
    return slots(
        dealer_id=lead.dealer_id or 0,
        day=day,
        car_model_id=lead.car_model_id,
        at=at + timedelta(hours=1),
        moving_ref=drive.ref if drive else "",
    )


def _slot(lead: Lead, drive: TestDrive | None, starts_at: datetime, at: datetime) -> SlotInput:
    """The chosen time with a car and, if free, the consultant the buyer knows. Only offered times can be taken."""
    if not at < starts_at < at + timedelta(days=DAYS_AHEAD + 1):
        raise NotPossible("in_the_past")
    zone = ZoneInfo(lead.dealer.timezone) if lead.dealer else ZoneInfo("UTC")
    offered = _free(lead, drive, starts_at.astimezone(zone).date(), at)
    free = next((each for each in offered if each.starts_at == starts_at), None)
    if free is None:
        raise NotPossible("slot_gone")
    known = lead.consultant_id if lead.consultant_id in free.consultant_ids else None
    return SlotInput(
        demo_car_id=free.demo_car_ids[0],
        consultant_id=known or free.consultant_ids[0],
        starts_at=starts_at,
        minutes=int((free.ends_at - free.starts_at).total_seconds() // 60),
    )


def _driver(actor: Actor) -> Actor:
    """The buyer may run their own test drive, which the caller has made sure it is."""
    return replace(actor, permissions=actor.permissions | {_MANAGE_DRIVES})
