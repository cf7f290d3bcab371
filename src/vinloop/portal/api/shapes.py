"""What the buyer's endpoints take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from vinloop.portal.forms import LONGEST_COMMENT

Step = Literal["message", "not_interested", "book_test_drive", "cancel_test_drive", "withdraw_consent"]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="One of `listOwnTestDriveTimes`, with its offset")]


class LinkPath(msgspec.Struct, frozen=True):
    """The token of the buyer's link."""

    token: str


class HoursLineOut(msgspec.Struct, frozen=True):
    """Days that share their opening hours, in words."""

    days: str
    hours: str


class BuyerStepOut(msgspec.Struct, frozen=True):
    """One step from the enquiry to the car: done, now or next. ``text`` says what happens now."""

    name: str
    label: str
    text: str
    state: str
    at: datetime | None


class BuyerDealer(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer's dealer, once it has accepted. ``open_words``: whether it is open now, and until when."""

    code: str
    name: str
    address: str
    phone: str
    timezone: str
    is_open: bool
    open_words: str
    hours: list[HoursLineOut]


class BuyerDrive(msgspec.Struct, frozen=True):
    """The buyer's test drive."""

    ref: str
    status: str
    starts_at: datetime
    ends_at: datetime


class BuyerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer's order; of the VIN only its tail."""

    ref: str
    status: str
    model: str
    trim: str
    colour: str
    promised_date: date | None
    delivered_at: datetime | None
    vin_tail: str


class BuyerChannel(msgspec.Struct, frozen=True):
    """What this enquiry said about offers and news on a channel: yes, no, or empty when it was not asked."""

    channel: str
    state: str


class BuyerDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Where the enquiry stands and what its buyer can do; steps left out were passed over."""

    name: str
    brand: str
    model: str
    trim: str
    is_closed: bool
    is_given_up: bool
    steps: list[BuyerStepOut]
    dealer: BuyerDealer | None
    consultant: str
    test_drive: BuyerDrive | None
    order: BuyerOrder | None
    consents: list[BuyerChannel]
    allowed_actions: list[Step]


class BuyerEnquiry(msgspec.Struct, frozen=True, kw_only=True):
    """An enquiry as its link shows it. ``call_by`` tells in words by when somebody calls.

    ``details`` is ``null`` for the link of somebody who wrote again: it only says that the enquiry arrived.
    """

    ref: str
    sent_at: datetime
    call_by: str
    desk_hours: list[HoursLineOut]
    details: BuyerDetails | None


class BuyerMessage(msgspec.Struct, frozen=True):
    """Words for whoever looks after the buyer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_COMMENT)]


class BuyerFarewell(msgspec.Struct, frozen=True):
    """Why the buyer is no longer interested; welcome, not asked for."""

    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_COMMENT)] = ""


class BuyerChannelIn(msgspec.Struct, frozen=True):
    """A channel on which the buyer wants no more offers and news."""

    channel: Literal["phone", "sms", "email", "wechat"]


class BuyerDayQuery(msgspec.Struct, frozen=True):
    """Which day; without one tomorrow, counted at the dealer."""

    day: Annotated[date | None, msgspec.Meta(description="One of the days of the answer")] = None


class BuyerSlot(msgspec.Struct, frozen=True):
    """A free time."""

    starts_at: datetime
    ends_at: datetime


class BuyerTimes(msgspec.Struct, frozen=True):
    """The free times of a day at the buyer's dealer, and the days one can choose from."""

    day: date
    days: list[date]
    items: list[BuyerSlot]


class BuyerDriveIn(msgspec.Struct, frozen=True):
    """The chosen time."""

    starts_at: Moment
