"""An enquiry as the buyer's endpoints give it."""

from __future__ import annotations

from datetime import datetime

from vinloop.kernel.access import Actor
from vinloop.kernel.clocks import Schedule
from vinloop.kernel.settings import get_setting
from vinloop.network.queries import Dealer
from vinloop.network.schedules import schedule_of
from vinloop.portal.api.shapes import (
    BuyerChannel,
    BuyerDealer,
    BuyerDetails,
    BuyerDrive,
    BuyerEnquiry,
    BuyerOrder,
    BuyerStepOut,
    HoursLineOut,
    Step,
)
from vinloop.portal.hours import call_words, open_words, week_lines
from vinloop.portal.links import Link
from vinloop.portal.queries import Drive, Enquiry, Ordered, enquiry_of
from vinloop.portal.rules import DRIVE_STATES
from vinloop.portal.words import channel_rows, step_rows


def enquiry_out(actor: Actor, link: Link, at: datetime) -> BuyerEnquiry:
    """What the link shows. Raises ``Lead.DoesNotExist``."""
    desk = schedule_of(actor.organisation_id)
    return BuyerEnquiry(
        ref=link.ref,
        sent_at=link.issued_at,
        call_by=call_words(desk, link.issued_at, int(get_setting("portal.call_minutes"))),
        desk_hours=_hours(desk),
        details=_details(enquiry_of(link.ref), at) if link.is_full else None,
    )


def _details(enquiry: Enquiry, at: datetime) -> BuyerDetails:
    lead = enquiry.lead
    return BuyerDetails(
        name=enquiry.name,
        brand=lead.brand.label,
        model=lead.car_model.label if lead.car_model else lead.model_text,
        trim=lead.trim,
        is_closed=enquiry.is_closed,
        is_given_up=enquiry.is_given_up,
        steps=[
            BuyerStepOut(row.name, str(row.label), str(row.text), row.state, row.at) for row in step_rows(enquiry.steps)
        ],
        dealer=_dealer(enquiry.dealer, at) if enquiry.dealer else None,
        consultant=enquiry.consultant,
        test_drive=_drive(enquiry.drive) if enquiry.drive else None,
        order=_order(enquiry.order) if enquiry.order else None,
        consents=[BuyerChannel(row.code, row.state) for row in channel_rows(enquiry.consents)],
        allowed_actions=allowed_actions(enquiry),
    )


def allowed_actions(enquiry: Enquiry) -> list[Step]:
    """What the buyer's page offers now."""
    has_booked = enquiry.drive is not None and enquiry.drive.status == "booked"
    offered: dict[Step, bool] = {
        "message": not enquiry.is_closed and enquiry.lead.status != "delivered",
        "not_interested": not (enquiry.is_closed or enquiry.is_given_up or enquiry.order),
        "book_test_drive": enquiry.dealer is not None and enquiry.lead.status in DRIVE_STATES,
        "cancel_test_drive": has_booked,
        "withdraw_consent": True,
    }
    return [name for name, is_offered in offered.items() if is_offered]


def _dealer(dealer: Dealer, at: datetime) -> BuyerDealer:
    is_open, words = open_words(dealer.schedule, at)
    return BuyerDealer(
        code=dealer.code,
        name=dealer.label,
        address=dealer.address_label,
        phone=dealer.phone,
        timezone=dealer.timezone,
        is_open=is_open,
        open_words=words,
        hours=_hours(dealer.schedule),
    )


def _drive(drive: Drive) -> BuyerDrive:
    return BuyerDrive(drive.ref, drive.status, drive.starts_at, drive.ends_at)


def _order(order: Ordered) -> BuyerOrder:
    return BuyerOrder(
        ref=order.ref,
        status=order.status,
        model=order.model_label,
        trim=order.trim,
        colour=order.colour,
        promised_date=order.promised_date,
        delivered_at=order.delivered_at,
        vin_tail=order.vin_tail,
    )


def _hours(schedule: Schedule) -> list[HoursLineOut]:
    return [HoursLineOut(str(line.days), line.hours) for line in week_lines(schedule)]
