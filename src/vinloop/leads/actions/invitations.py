"""Puts a test drive into the customer's calendar: by e-mail, and as a file to download."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from vinloop.customers.models import ContactPoint
from vinloop.kernel.access import Actor
from vinloop.leads.models import TestDrive
from vinloop.leads.rules.invitation import FILENAME, Invitation, Method, content_type, write_invitation
from vinloop.messaging.actions import Attachment, queue_message
from vinloop.network.queries import dealer_directory, schedule_of

TEMPLATES = {"REQUEST": "test_drive_invitation", "CANCEL": "test_drive_cancelled"}
_NOBODY = "noreply@localhost.invalid"


def send_invitation(*, actor: Actor, drive: TestDrive, method: Method, at: datetime) -> bool:
    """Queue the calendar message to the customer's e-mail address; ``False`` when none is known.

    It is part of a service the customer asked for, so it needs no marketing consent.
    """
    address = _address_of(drive.customer_id)
    if not address:
        return False
    language = drive.customer.language or "zh-hans"
    with translation.override(language):
        body = write_invitation(_invitation(drive, address), method=method, at=at)
        context = _context(drive)
    queue_message(
        actor=actor,
        owner_id=drive.owner_id,
        customer_id=drive.customer_id,
        address=address,
        template=TEMPLATES[method],
        language=language,
        context=context,
        attachments=[Attachment(FILENAME, content_type(method), body)],
        consent_basis="service",
        at=at,
    )
    return True


def calendar_file(drive: TestDrive, *, at: datetime) -> bytes:
    """The test drive for anybody's own calendar, in the reader's language."""
    return write_invitation(_invitation(drive, ""), method="PUBLISH", at=at)


def _address_of(customer_id: int) -> str:
    known = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactPoint.Kind.EMAIL)
    usable = known.exclude(state=ContactPoint.State.INVALID).order_by("-is_primary", "id")
    return usable.values_list("value", flat=True).first() or ""


def _invitation(drive: TestDrive, address: str) -> Invitation:
    dealer = dealer_directory().get(drive.owner_id)
    model = drive.demo_car.car_model.label
    name = dealer.label if dealer else ""
    return Invitation(
        ref=drive.ref,
        sequence=drive.calendar_sequence,
        summary=_("Test drive %(model)s at %(dealer)s") % {"model": model, "dealer": name},
        description=_("Please bring your driving licence. Your contact: %(name)s. %(phone)s")
        % {"name": drive.consultant.label, "phone": dealer.phone if dealer else ""},
        location=dealer.address_label if dealer else "",
        starts_at=drive.starts_at,
        ends_at=drive.ends_at,
        organiser_name=name,
        organiser_email=(dealer.email if dealer else "") or _NOBODY,
        attendee_name=drive.customer.name,
        attendee_email=address,
    )


def _context(drive: TestDrive) -> dict[str, Any]:
    dealer = dealer_directory().get(drive.owner_id)
    return {
        "customer_name": drive.customer.name,
        "model": drive.demo_car.car_model.label,
        "starts_at": drive.starts_at,
        "timezone": schedule_of(drive.owner_id).timezone,
        "dealer_name": dealer.label if dealer else "",
        "dealer_address": dealer.address_label if dealer else "",
        "dealer_phone": dealer.phone if dealer else "",
        "consultant_name": drive.consultant.label,
    }
