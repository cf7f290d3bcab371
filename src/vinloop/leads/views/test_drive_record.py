"""A test drive as a record page shows it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.kernel.web.cells import Tone, badge, link
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Record
from vinloop.leads.models import TestDrive
from vinloop.leads.views.addresses import lead_url

STATUS_TONES: dict[str, Tone] = {"booked": "info", "done": "good", "no_show": "soon", "cancelled": "muted"}


def drive_record(drive: TestDrive, now: datetime) -> Record:
    """Head, facts and buttons of a test drive."""
    return Record(
        title=drive.customer.name or _("Name not known"),
        ref=drive.ref,
        subtitle=f"{drive.demo_car.car_model.label} · {_when(drive)}",
        crumbs=[Crumb(_("Test drives"), reverse("dealer:test_drives"))],
        owner=drive.consultant.label,
        badges=[badge(drive.get_status_display(), STATUS_TONES[drive.status])],
        actions=_actions(drive, now),
        facts=[FactGroup(_("Test drive"), _facts(drive)), *_outcome(drive)],
    )


def _when(drive: TestDrive) -> str:
    start, end = timezone.localtime(drive.starts_at), timezone.localtime(drive.ends_at)
    return f"{date_format(start, 'Y-m-d D H:i')}–{end:%H:%M}"


def _facts(drive: TestDrive) -> list[Fact]:
    return [
        Fact(_("When"), _when(drive)),
        Fact(_("Car"), f"{drive.demo_car.car_model.label} · {drive.demo_car.plate_shown}"),
        Fact(_("Consultant"), drive.consultant.label),
        Fact(_("Lead"), link(drive.lead.ref, lead_url(drive.lead.ref))),
        Fact(_("Calendar"), link(_("Put into my calendar"), reverse("dealer:test_drive_ics", args=[drive.ref]))),
    ]


def _outcome(drive: TestDrive) -> list[FactGroup]:
    if drive.status != TestDrive.Status.DONE:
        return []
    facts = [
        Fact(_("Score"), _("%(score)d of 5") % {"score": drive.score or 0}),
        Fact(_("Licence seen"), _moment(drive.licence_checked_at)),
        Fact(_("Consent signed"), _moment(drive.consent_at)),
        Fact(_("Feedback"), drive.feedback),
    ]
    return [FactGroup(_("How it went"), facts)]


def _moment(at: datetime | None) -> str | SafeString:
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at else ""


def _actions(drive: TestDrive, now: datetime) -> list[Action]:
    if drive.status != TestDrive.Status.BOOKED:
        return []
    move = reverse("dealer:test_drive_move", args=[drive.ref])
    cancel = reverse("dealer:test_drive_cancel", args=[drive.ref])
    sure = _("Cancel this test drive? The customer is told.")
    actions = [
        Action(_("Reschedule"), move, icon="calendar-event", is_primary=now < drive.starts_at),
        Action(_("Cancel the test drive"), cancel, "post", confirm=sure, icon="calendar-off", tone="overdue"),
    ]
    if now >= drive.starts_at:
        away = reverse("dealer:test_drive_no_show", args=[drive.ref])
        actions.insert(1, Action(_("Did not come"), away, "post", icon="user-x"))
    return actions
