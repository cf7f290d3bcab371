"""The buyer's test drive as a file for their own calendar."""

from __future__ import annotations

from datetime import datetime

from vinloop.kernel.access import elevated
from vinloop.leads.actions.invitations import calendar_file
from vinloop.leads.models import TestDrive


def drive_file(ref: str, *, at: datetime) -> bytes | None:
    """The booked test drive of a lead as an iCalendar file; ``None`` without one. The caller has proven the link."""
    with elevated("the buyer's own test drive, proven by the signed link"):
        rows = TestDrive.objects.select_related("lead", "customer", "demo_car__car_model", "consultant")
        drive = rows.filter(lead__ref=ref, status=TestDrive.Status.BOOKED).order_by("-starts_at").first()
        return None if drive is None else calendar_file(drive, at=at)
