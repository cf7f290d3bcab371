"""Calendar invitations for test drives (iCalendar, RFC 5545; scheduling methods, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
FILENAME = "test-drive.ics"
_PRODUCT = "-//Vinloop//Test drives//EN"
_REMIND_BEFORE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A test drive as a calendar shows it. ``sequence`` grows with every change, ``ref`` never changes."""

    ref: str
    sequence: int
    summary: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    organiser_name: str
    organiser_email: str
    attendee_name: str = ""
    attendee_email: str = ""


def write_invitation(invitation: Invitation, *, method: Method, at: datetime) -> bytes:
    """The calendar file: ``REQUEST`` invites or moves, ``CANCEL`` takes it back, ``PUBLISH`` is a plain copy."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(invitation, method, at))
    return bytes(calendar.to_ical())


def content_type(method: Method) -> str:
    """The media type of the attachment; mail programs read the method from it. The sender adds the character set."""
    return f"text/calendar; method={method}"


def _event(invitation: Invitation, method: Method, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{invitation.ref}@vinloop")
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", invitation.summary)
    event.add("description", invitation.description)
    event.add("location", invitation.location)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(invitation.organiser_name, invitation.organiser_email))
    if method != "PUBLISH" and invitation.attendee_email:
        event.add("attendee", _attendee(invitation))
    if method != "CANCEL":
        event.add_component(_reminder(invitation.summary))
    return event


def _attendee(invitation: Invitation) -> vCalAddress:
    attendee = _address(invitation.attendee_name, invitation.attendee_email)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    return attendee


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = vText(name)
    return address


def _reminder(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -_REMIND_BEFORE)
    return alarm
