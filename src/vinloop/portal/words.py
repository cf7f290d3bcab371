"""What the buyer's page says: steps, channels and refusals in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.portal.rules import BuyerStep

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Step → its name, and what it means while it is the next thing to happen.
_STEPS: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {
    "received": (_("Enquiry received"), ""),
    "call": (_("We call you"), _("A colleague calls you to understand what you are looking for.")),
    "dealer": (_("Your dealer takes over"), _("We are asking a dealer near you. You see here who it is.")),
    "test_drive": (_("Test drive"), _("Try the car on a road you know.")),
    "order": (_("Order"), _("Your consultant prepares an offer with you.")),
    "delivered": (_("Handover of your car"), _("Your car is on its way. Your dealer tells you the day.")),
}
_CHANNELS: Mapping[str, StrOrPromise] = {
    "phone": _("Phone"),
    "sms": _("SMS"),
    "email": _("E-mail"),
    "wechat": _("WeChat"),
}
_REFUSALS: Mapping[str, StrOrPromise] = {
    "lead_closed": _("This enquiry is closed. You are welcome to send a new one."),
    "no_dealer_yet": _("A test drive can be booked as soon as your dealer has taken over."),
    "slot_gone": _("This time was just taken. Please choose another one."),
    "car_taken": _("This time was just taken. Please choose another one."),
    "consultant_taken": _("This time was just taken. Please choose another one."),
    "closed_then": _("The dealer is closed then. Please choose another time."),
    "in_the_past": _("Please choose one of the times shown."),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the page shows it."""

    name: str
    label: StrOrPromise
    text: StrOrPromise
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel as the page shows it; ``state`` is yes, no, or empty when it was not answered here."""

    code: str
    label: StrOrPromise
    state: str


def step_rows(steps: Sequence[BuyerStep]) -> list[StepRow]:
    """The steps with their words; skipped ones are left out."""
    return [
        StepRow(step.name, label, text if step.state == "now" else "", step.state, step.at)
        for step, (label, text) in ((step, _STEPS[step.name]) for step in steps)
        if step.state != "skipped"
    ]


def channel_rows(consents: Mapping[str, bool]) -> list[ChannelRow]:
    """The channels with what this enquiry said about them."""
    states = {True: "yes", False: "no", None: ""}
    return [ChannelRow(code, label, states[consents.get(code)]) for code, label in _CHANNELS.items()]


def refusal_words(reason: str) -> str:
    """Why a step can't be taken now, and what to do instead."""
    return str(_REFUSALS.get(reason) or _now("This is not possible now. Please call us, we will help you."))
