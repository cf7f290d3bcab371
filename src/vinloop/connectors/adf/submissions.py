"""A prospect in the words of capture. Nothing is normalised here: capture does that for every door alike."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, get_args

import msgspec

from vinloop.connectors.adf.prospects import AdfLead, TradeIn
from vinloop.kernel.identifiers import Money, display_name
from vinloop.kernel.settings import get_setting
from vinloop.leads.rules.submissions import (
    MAX_COMMENTS,
    CustomerInput,
    InterestInput,
    InterestKind,
    Submission,
    TradeInInput,
)

SOURCE = "adf"
MAX_SOURCE = 60
MAX_EXTERNAL_ID = 120
_LARGEST_PRICE = 10**15
_SECONDS_OF_DAY = 86_400


def submission_of(lead: AdfLead, *, received_at: datetime) -> Submission:
    """One prospect as a submission; the sender's name is its source, as reports compare portals."""
    price, currency = _price(lead)
    return Submission(
        source=(lead.provider_name or lead.external_source or SOURCE)[:MAX_SOURCE],
        external_id=_external_id(lead, received_at),
        customer=_customer(lead),
        interest=_interest(lead),
        timeframe=lead.timeframe or "",
        expected_on=lead.latest_date,
        comments=_comments(lead),
        trade_in=_trade_in(lead.trade_in),
        price=price,
        currency=currency,
        wished_dealer=lead.vendor_name or "",
        requested_at=lead.requested_at,
        extra=_extra(lead),
    )


def _external_id(lead: AdfLead, received_at: datetime) -> str:
    """The sender's own id, else a print of what the prospect says.

    The print ignores whether the file calls itself a resend, so that a resend finds what it repeats. A prospect
    which names no date of its own is the same only within the duplicate window: next year it is a new wish.
    """
    if lead.external_id and len(lead.external_id) <= MAX_EXTERNAL_ID:
        return lead.external_id
    said = msgspec.json.encode(msgspec.structs.replace(lead, is_resend=False))
    mark = hashlib.sha256(said).hexdigest()[:40]
    if lead.requested_at is not None or lead.external_id:
        return mark
    window = int(get_setting("leads.duplicate_days")) * _SECONDS_OF_DAY
    return f"{mark}@{int(received_at.timestamp()) // window}"


def _customer(lead: AdfLead) -> CustomerInput:
    name = display_name(lead.first_name or "", lead.last_name or "", lead.full_name or "")
    return CustomerInput(
        name=name,
        phones=list(lead.phones),
        emails=list(lead.emails),
        kind="company" if lead.is_business else "person",
        city=lead.city or "",
        province=lead.region or "",
        address=lead.address or "",
    )


def _interest(lead: AdfLead) -> InterestInput:
    """What is wanted; of somebody who only offers a car, that car is what the talk will be about."""
    offered = lead.trade_in if not (lead.make or lead.model) and lead.trade_in else TradeIn()
    known: tuple[InterestKind, ...] = get_args(InterestKind)
    return InterestInput(
        kind=next((kind for kind in known if kind == lead.interest), "buy"),
        brand=lead.make or offered.make or "",
        model=lead.model or offered.model or "",
        year=lead.year or offered.year,
        trim=lead.trim or offered.trim or "",
        vin=lead.vin or "",
    )


def _comments(lead: AdfLead) -> str:
    """What the customer wrote and the further cars; cut to what a lead holds, for the file itself is kept."""
    return "\n".join(filter(None, [lead.comments, *lead.other_wanted]))[:MAX_COMMENTS]


def _trade_in(offered: TradeIn | None) -> TradeInInput | None:
    if offered is None:
        return None
    return TradeInInput(
        make=offered.make or "",
        model=offered.model or "",
        year=offered.year,
        vin=offered.vin or "",
        odometer_km=offered.odometer_km,
    )


def _price(lead: AdfLead) -> tuple[int | None, str]:
    """Minor units and currency; without a currency the manufacturer's own is meant."""
    currency = lead.price_currency or "CNY"
    if lead.price_amount is None or not 0 < lead.price_amount < _LARGEST_PRICE:
        return None, currency
    return Money.of(lead.price_amount, currency).minor, currency


def _extra(lead: AdfLead) -> dict[str, Any]:
    """What has no field of its own but should be found on the touch."""
    said = {
        "service": lead.provider_service,
        "vendor": lead.vendor_name,
        "stock": lead.stock,
        "car_status": lead.vehicle_status,
        "odometer": lead.trade_in.odometer_text if lead.trade_in else None,
        "trade_in_comments": lead.trade_in.comments if lead.trade_in else None,
    }
    return {name: value for name, value in said.items() if value}
