"""What the customers room announces, and the errors it raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class CustomerCreated(Fact, frozen=True, kw_only=True):
    """A golden record exists for somebody not known before."""

    kind = "customers.CustomerCreated"
    title = _("Customer record created")
    icon = "user-plus"
    group = "changes"
    ref: str
    source: str


class CustomerEdited(Fact, frozen=True, kw_only=True):
    """A person corrected the record; only the names of the fields are told."""

    kind = "customers.CustomerEdited"
    title = _("Customer data changed: %(fields)s")
    icon = "pencil"
    group = "changes"
    ref: str
    fields: str


class CustomerUnmasked(Fact, frozen=True, kw_only=True):
    """Somebody looked at a masked value."""

    kind = "customers.CustomerUnmasked"
    title = _("Hidden value shown: %(field)s")
    icon = "eye"
    group = "changes"
    is_public = False
    ref: str
    field: str
    reason: str


class ConsentRecorded(Fact, frozen=True, kw_only=True):
    """The customer allowed or refused a channel."""

    kind = "customers.ConsentRecorded"
    title = _("Consent for %(channel)s: %(answer)s")
    icon = "shield-check"
    group = "changes"
    ref: str
    channel: str
    answer: str


class CustomerMerged(Fact, frozen=True, kw_only=True):
    """Two golden records are one now: whoever knows ``merged_ref`` finds the customer at ``ref``."""

    kind = "customers.CustomerMerged"
    title = _("Merged with %(merged_ref)s")
    icon = "arrows-join"
    group = "changes"
    ref: str
    merged_ref: str
    is_undo: bool = False


class CustomerSplit(Fact, frozen=True, kw_only=True):
    """Records of a golden record are a customer of their own now, or two were told apart for good."""

    kind = "customers.CustomerSplit"
    title = _("Kept apart from %(new_ref)s")
    icon = "arrows-split"
    group = "changes"
    ref: str
    new_ref: str
    is_undo: bool = False


class RecordsResolved(Fact, frozen=True, kw_only=True):
    """A run of identity resolution ended; single customers of a large run are not told one by one."""

    kind = "customers.RecordsResolved"
    title = _("Identity resolution: %(records)s records, %(created)s new customers, %(merged)s merged")
    icon = "users-group"
    group = "changes"
    run: int
    records: int
    created: int
    merged: int
    to_review: int


class SourceRegistered(Fact, frozen=True, kw_only=True):
    """A system that keeps customers was registered, or what is agreed about it changed."""

    kind = "customers.SourceRegistered"
    title = _("Source %(code)s registered or changed")
    icon = "database"
    group = "changes"
    code: str
    is_new: bool


class RecordsImported(Fact, frozen=True, kw_only=True):
    """A file of source records was taken in."""

    kind = "customers.RecordsImported"
    title = _("File of %(source)s taken in: %(added)s new, %(changed)s changed")
    icon = "file-import"
    group = "changes"
    source: str
    run: str
    added: int
    changed: int
    refused: int


class StepNotUndoable(Exception):
    """A merge or split that was taken back before, or that a later one stands on."""


class CustomerNotFound(Exception):
    """No such customer in the actor's sight."""
