"""What happens in the showroom: visits, test drives, demo cars."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class VisitRecorded(Fact, frozen=True, kw_only=True):
    """A party entered the showroom."""

    kind = "leads.VisitRecorded"
    title = _("Showroom visit (%(visit_kind)s)")
    icon = "door-enter"
    group = "contacts"
    ref: str
    visit_kind: str
    is_captured: bool


class VisitEnded(Fact, frozen=True, kw_only=True):
    """A party left the showroom."""

    kind = "leads.VisitEnded"
    title = _("Left the showroom")
    icon = "door-exit"
    group = "contacts"
    ref: str


class TestDriveBooked(Fact, frozen=True, kw_only=True):
    """A test drive has a car, a consultant and a time."""

    kind = "leads.TestDriveBooked"
    title = _("Test drive booked")
    icon = "steering-wheel"
    group = "sales"
    ref: str
    lead: str
    starts_at: str


class TestDriveMoved(Fact, frozen=True, kw_only=True):
    """A booked test drive has another time, car or consultant."""

    kind = "leads.TestDriveMoved"
    title = _("Test drive moved")
    icon = "calendar-event"
    group = "sales"
    ref: str
    lead: str
    starts_at: str


class TestDriveEnded(Fact, frozen=True, kw_only=True):
    """A test drive was done, cancelled, or nobody came."""

    kind = "leads.TestDriveEnded"
    title = _("Test drive: %(outcome)s")
    icon = "steering-wheel"
    group = "sales"
    ref: str
    lead: str
    outcome: str
    score: int | None = None


class VisitChanged(Fact, frozen=True, kw_only=True):
    """What was noted about a showroom visit was corrected or completed."""

    kind = "leads.VisitChanged"
    title = _("Showroom visit changed: %(fields)s")
    icon = "pencil"
    ref: str
    fields: str


class DemoCarSaved(Fact, frozen=True, kw_only=True):
    """A demo car was added, changed or taken out of use."""

    kind = "leads.DemoCarSaved"
    title = _("Demo car changed")
    icon = "car"
    ref: str
    model: str
    is_active: bool
