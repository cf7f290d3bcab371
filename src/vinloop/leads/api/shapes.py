"""What the leads endpoints take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from vinloop.kernel.api import PageQuery
from vinloop.kernel.identifiers.money import LARGEST_MINOR
from vinloop.leads.rules.submissions import (
    ConsentInput,
    CustomerInput,
    InterestInput,
    InterestKind,
    Submission,
    TradeInInput,
)

Described = msgspec.Meta
Amount = Annotated[int, Described(ge=0, le=LARGEST_MINOR, description="Minor units of `currency`")]
Days = Annotated[int, Described(ge=0, le=3_650)]
View = Literal[
    "", "to_verify", "waiting", "at_dealers", "to_accept", "in_follow_up", "overdue", "lost_to_review", "ordered",
    "open", "all",
]  # fmt: skip


class CustomerIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who is interested: at least one phone number or e-mail address that can be read."""

    name: str | None = None
    phones: list[str] | None = None
    emails: list[str] | None = None
    kind: Literal["person", "company", "government"] = "person"
    city: str | None = None
    province: str | None = None
    address: str | None = None


class InterestIn(msgspec.Struct, frozen=True, kw_only=True):
    """What they want. Brand and model as typed, by name in either language or by code."""

    kind: InterestKind = "buy"
    brand: str | None = None
    model: str | None = None
    year: int | None = None
    trim: str | None = None
    vin: str | None = None


class LeadIn(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival of interest."""

    source: str
    external_id: Annotated[str | None, Described(description="Your id; a resend with it makes no second lead")] = None
    campaign: str | None = None
    referrer: str | None = None
    customer: CustomerIn
    interest: InterestIn
    timeframe: Annotated[str | None, Described(description="In words: `within 30 days`, `三个月内`")] = None
    expected_on: date | None = None
    comments: str | None = None
    consent: ConsentInput | bool | None = None
    trade_in: TradeInInput | None = None
    price: Amount | None = None
    currency: str = "CNY"
    wished_dealer: Annotated[str | None, Described(description="A dealer's code")] = None

    def submission(self) -> Submission:
        """As the capture action takes it."""
        who, wish = self.customer, self.interest
        return Submission(
            source=self.source,
            external_id=self.external_id or None,
            campaign=self.campaign or "",
            referrer=self.referrer or "",
            customer=CustomerInput(
                name=who.name or "",
                phones=who.phones or [],
                emails=who.emails or [],
                kind=who.kind,
                city=who.city or "",
                province=who.province or "",
                address=who.address or "",
            ),
            interest=InterestInput(
                kind=wish.kind,
                brand=wish.brand or "",
                model=wish.model or "",
                year=wish.year,
                trim=wish.trim or "",
                vin=wish.vin or "",
            ),
            timeframe=self.timeframe or "",
            expected_on=self.expected_on,
            comments=self.comments or "",
            consent=_consent(self.consent),
            trade_in=self.trade_in,
            price=self.price,
            currency=self.currency,
            wished_dealer=self.wished_dealer or "",
        )


def _consent(given: ConsentInput | bool | None) -> ConsentInput:
    if isinstance(given, ConsentInput):
        return given
    return ConsentInput() if given is None else ConsentInput(phone=given, sms=given, email=given)


class LeadRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """The lead a submission became; with ``merged_into`` when it was attached to one that existed."""

    ref: str
    customer_ref: str
    merged_into: str | None = None


class LeadQuery(PageQuery, frozen=True, kw_only=True):
    """Which leads to list."""

    external_id: str = ""
    q: Annotated[str, Described(description="Name (Chinese, pinyin), phone tail, VIN tail, plate or ref")] = ""
    status: Annotated[str, Described(description="One or several, separated by commas")] = ""
    level: str = ""
    source: str = ""
    campaign: str = ""
    model: str = ""
    dealer: Annotated[str, Described(description="A dealer's code")] = ""
    region: str = ""
    consultant: str = ""
    is_hot: bool | None = None
    is_open: bool | None = None
    received_from: date | None = None
    received_to: date | None = None
    stage: Annotated[str, Described(description="A stage of the figures, such as `contacted` or `accept_late`")] = ""
    stage_from: date | None = None
    stage_to: date | None = None
    view: Annotated[View, Described(description="A saved view of the lead list")] = ""


class LeadExportQuery(LeadQuery, frozen=True, kw_only=True):
    """Which leads to take along, and as what kind of file."""

    format: Literal["csv", "xlsx"] = "csv"


class PlaceOut(msgspec.Struct, frozen=True):
    """An organisation a lead is at."""

    code: str
    name: str
    name_en: str


class LeadCustomer(msgspec.Struct, frozen=True):
    """The customer as a lead shows it; numbers are masked unless the caller may see them (which is recorded)."""

    ref: str
    name: str
    kind: str
    city: str = ""
    address: str = ""
    phones: list[str] = []
    emails: list[str] = []
    is_masked: bool = True


class InterestOut(msgspec.Struct, frozen=True):
    """What the customer wants."""

    kind: str
    brand: str
    model: str
    model_code: str
    year: int | None
    trim: str
    vin: str


class LeadOut(msgspec.Struct, frozen=True, kw_only=True):
    """A lead as lists show it."""

    ref: str
    status: str
    level: str
    is_hot: bool
    source: str
    customer: LeadCustomer
    interest: InterestOut
    dealer: PlaceOut | None
    consultant: str
    touch_count: int
    received_at: datetime
    updated_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_contacted_at: datetime | None
    response_seconds: int | None
    next_follow_up_at: datetime | None
    ordered_at: datetime | None
    delivered_at: datetime | None


class HistoryOut(msgspec.Struct, frozen=True):
    """One fact of the lead's life, in words of the caller's language."""

    at: datetime
    kind: str
    title: str
    who: str
    door: str


class TouchOut(msgspec.Struct, frozen=True):
    """One arrival of interest."""

    at: datetime
    source: str
    campaign: str
    external_id: str
    door: str


class LeadPath(msgspec.Struct, frozen=True):
    """Which lead."""

    ref: str


class LeadPage(LeadOut, frozen=True, kw_only=True):
    """A lead with everything its page shows."""

    external_ids: list[str]
    campaign: str
    referrer: str
    door: str
    comments: str
    timeframe: str
    expected_order_on: date | None
    budget_low: int | None
    budget_high: int | None
    price: int | None
    currency: str
    trade_in: dict[str, Any]
    handover_note: str
    lost_reason: str
    lost_note: str
    touches: list[TouchOut]
    history: list[HistoryOut]
    allowed_actions: list[str]


class VerificationIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification call brought. ``days``: within how many days the customer plans to order."""

    outcome: Literal["valid", "no_answer", "invalid"]
    reason: str = ""
    days: Days | None = None
    model_code: str = ""
    budget_low: Amount | None = None
    budget_high: Amount | None = None
    trade_in: dict[str, Any] | None = None
    consent: dict[Literal["phone", "sms", "email", "wechat"], bool] = {}
    wished_dealer: str = ""
    upsell_code: str = ""
    note: str = ""


class ReasonIn(msgspec.Struct, frozen=True):
    """A reason code."""

    reason: str


class LostIn(msgspec.Struct, frozen=True, kw_only=True):
    """Why the customer is lost."""

    reason: str
    note: str = ""
    competitor: str = ""


class ReviewIn(msgspec.Struct, frozen=True):
    """The manager's answer to a reported loss."""

    is_approved: bool


class DispatchIn(msgspec.Struct, frozen=True):
    """The dealer headquarters chose; empty lets the rule choose."""

    dealer: str = ""


class RecycleIn(msgspec.Struct, frozen=True):
    """Where a lost or invalid lead goes."""

    target: Literal["ready", "nurture", "new"]


class AssignIn(msgspec.Struct, frozen=True):
    """The consultant's log-in name."""

    consultant: str


class QuoteIn(msgspec.Struct, frozen=True, kw_only=True):
    """A price named to the customer, in minor units."""

    model_code: str
    price: Amount
    currency: str = "CNY"
    trim: str = ""
    note: str = ""


class QuoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """A quote as noted; ``who`` is the log-in name of the colleague who named the price."""

    lead: str
    model_code: str
    trim: str
    price: int
    currency: str
    note: str
    who: str
    at: datetime
