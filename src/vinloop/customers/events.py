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


class CustomerNotFound(Exception):
    """No such customer in the actor's sight."""
