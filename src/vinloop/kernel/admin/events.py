"""What is announced about the arrangement of an installation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact, Subject
from vinloop.kernel.models import Calendar, Organisation


class _AdminFact(Fact, frozen=True):
    icon: ClassVar[str] = "settings"
    is_public: ClassVar[bool] = False


class OrganisationCreated(_AdminFact, frozen=True):
    """An organisation joined the network."""

    kind: ClassVar[str] = "kernel.OrganisationCreated"
    title: ClassVar[str | Promise] = _("Organisation added below %(parent)s")
    icon: ClassVar[str] = "building"
    parent: str


class OrganisationChanged(_AdminFact, frozen=True):
    """Facts about an organisation changed; ``detail`` names the fields."""

    kind: ClassVar[str] = "kernel.OrganisationChanged"
    title: ClassVar[str | Promise] = _("Organisation changed")
    icon: ClassVar[str] = "building"
    detail: str


class OrganisationMoved(_AdminFact, frozen=True):
    """An organisation, and all below it, now belongs to another one; both are named by code."""

    kind: ClassVar[str] = "kernel.OrganisationMoved"
    title: ClassVar[str | Promise] = _("Moved from %(before)s to %(after)s")
    icon: ClassVar[str] = "sitemap"
    before: str
    after: str


class OrganisationClosed(_AdminFact, frozen=True):
    """An organisation is no longer active: its people can't act for it."""

    kind: ClassVar[str] = "kernel.OrganisationClosed"
    title: ClassVar[str | Promise] = _("Organisation closed")
    icon: ClassVar[str] = "ban"


class OrganisationReopened(_AdminFact, frozen=True):
    """A closed organisation is active again."""

    kind: ClassVar[str] = "kernel.OrganisationReopened"
    title: ClassVar[str | Promise] = _("Organisation opened again")
    icon: ClassVar[str] = "building"


class CalendarChanged(_AdminFact, frozen=True):
    """Opening hours were made or changed; ``detail`` names what."""

    kind: ClassVar[str] = "kernel.CalendarChanged"
    title: ClassVar[str | Promise] = _("Opening hours changed")
    icon: ClassVar[str] = "calendar-clock"
    detail: str


class SettingChanged(_AdminFact, frozen=True):
    """A setting has another value for an organisation and all below it; ``None`` means: as inherited."""

    kind: ClassVar[str] = "kernel.SettingChanged"
    title: ClassVar[str | Promise] = _("Setting %(name)s changed")
    name: str
    organisation: str
    before: Any
    after: Any
    detail: str


class JobReplayed(_AdminFact, frozen=True):
    """A failed job was queued again."""

    kind: ClassVar[str] = "kernel.JobReplayed"
    title: ClassVar[str | Promise] = _("Job %(task)s queued again")
    icon: ClassVar[str] = "refresh"
    task: str


class JobDropped(_AdminFact, frozen=True):
    """A failed job was given up."""

    kind: ClassVar[str] = "kernel.JobDropped"
    title: ClassVar[str | Promise] = _("Job %(task)s given up")
    icon: ClassVar[str] = "trash"
    task: str


def about_organisation(organisation: Organisation) -> Subject:
    """An organisation as the subject of a fact, which it sees itself."""
    return Subject("kernel.organisation", organisation.pk, organisation.pk, ref=organisation.code[:20])


def about_calendar(calendar: Calendar, owner_id: int) -> Subject:
    """Opening hours; they belong to the whole installation."""
    return Subject("kernel.calendar", calendar.pk, owner_id)


def about_settings(organisation: Organisation) -> Subject:
    """The settings of an organisation."""
    return Subject("kernel.setting", organisation.pk, organisation.pk, ref=organisation.code[:20])


def about_job(job_id: int, owner_id: int) -> Subject:
    """A background job."""
    return Subject("kernel.job", job_id, owner_id)
