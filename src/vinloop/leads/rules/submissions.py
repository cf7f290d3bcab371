"""What every way in hands to capture, and the check that it can become a lead."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from vinloop.kernel.identifiers import looks_like_mojibake

InterestKind = Literal["buy", "lease", "test-drive", "trade-in", "sell"]
MAX_CONTACTS = 20  # phones, and e-mail addresses, of one person
MAX_COMMENTS = 8000
_LIMITS = {"name": 200, "city": 80, "province": 60, "address": 300}


class CustomerInput(msgspec.Struct, frozen=True, kw_only=True):
    """Who is interested, as typed. At least a name and one phone number or e-mail address that can be read."""

    name: str = ""
    phones: list[str] = []
    emails: list[str] = []
    kind: Literal["person", "company", "government"] = "person"
    city: str = ""
    province: str = ""
    address: str = ""


class InterestInput(msgspec.Struct, frozen=True, kw_only=True):
    """What they are interested in. ``brand`` and ``model`` as typed; unknown ones are kept as text."""

    kind: InterestKind = "buy"
    brand: str = ""
    model: str = ""
    year: int | None = None
    trim: str = ""
    vin: str = ""


class TradeInInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The car they would trade in."""

    make: str = ""
    model: str = ""
    year: int | None = None
    vin: str = ""
    odometer_km: int | None = None


class ConsentInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the person allowed, per channel; ``None`` means nobody asked. ``proof`` says where it was given."""

    phone: bool | None = None
    sms: bool | None = None
    email: bool | None = None
    wechat: bool | None = None
    proof: str = ""

    def answers(self) -> dict[str, bool]:
        """The channels that were answered."""
        given = {"phone": self.phone, "sms": self.sms, "email": self.email, "wechat": self.wechat}
        return {channel: answer for channel, answer in given.items() if answer is not None}


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival of interest, from whichever door.

    ``external_id`` makes a resend from the same source harmless. ``price`` is in minor units of ``currency``.
    ``wished_dealer`` is a dealer's code. ``expected_on`` is the latest date of a stated timeframe.
    """

    source: str
    external_id: str | None = None
    campaign: str = ""
    referrer: str = ""
    customer: CustomerInput
    interest: InterestInput
    timeframe: str = ""
    expected_on: date | None = None
    comments: str = ""
    consent: ConsentInput = ConsentInput()
    trade_in: TradeInInput | None = None
    price: int | None = None
    currency: str = "CNY"
    wished_dealer: str = ""
    language: str = ""
    requested_at: datetime | None = None
    extra: dict[str, Any] = {}


def submission_problems(submission: Submission, *, phones: int, emails: int) -> dict[str, str]:
    """What keeps a submission from becoming a lead: field path → reason code; empty when nothing does.

    ``phones`` and ``emails`` are how many of them could be read.
    """
    problems: dict[str, str] = {}
    customer = submission.customer
    if not submission.source.strip():
        problems["source"] = "required"
    if not phones and not emails:
        typed = customer.phones or customer.emails
        problems["customer.phones"] = "not_a_phone_or_email" if typed else "phone_or_email_required"
    if looks_like_mojibake(customer.name) or looks_like_mojibake(submission.comments):
        problems["customer.name"] = "wrong_encoding"
    if not submission.interest.brand and not submission.interest.model:
        problems["interest.brand"] = "brand_or_model_required"
    problems |= _too_long(submission)
    return problems


def _too_long(submission: Submission) -> dict[str, str]:
    customer = submission.customer
    values = {f"customer.{name}": (getattr(customer, name), limit) for name, limit in _LIMITS.items()}
    values["customer.phones"], values["customer.emails"] = (
        (customer.phones, MAX_CONTACTS),
        (customer.emails, MAX_CONTACTS),
    )
    values["source"] = (submission.source, 60)
    values["campaign"] = (submission.campaign, 60)
    values["external_id"] = (submission.external_id or "", 100)
    values["timeframe"] = (submission.timeframe, 120)
    values["comments"] = (submission.comments, MAX_COMMENTS)
    values["interest.model"] = (submission.interest.model, 120)
    values["interest.trim"] = (submission.interest.trim, 80)
    return {path: "too_long" for path, (value, limit) in values.items() if len(value) > limit}
