"""What is announced about requests by law, guarded exports and forgetting. No fact names a person or quotes one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class PrivacyRequestOpened(Fact, frozen=True, kw_only=True):
    """Somebody asked by law for access, correction or erasure; ``due`` is the last day (ISO)."""

    kind = "customers.PrivacyRequestOpened"
    title = _("Request by law: %(asked)s, due %(due)s")
    icon = "shield-lock"
    group = "changes"
    is_public = False
    ref: str
    request: str
    asked: str
    due: str


class PrivacyRequestAnswered(Fact, frozen=True, kw_only=True):
    """A request by law was carried out or refused."""

    kind = "customers.PrivacyRequestAnswered"
    title = _("Request by law (%(asked)s): %(state)s")
    icon = "shield-check"
    group = "changes"
    is_public = False
    ref: str
    request: str
    asked: str
    state: str


class PersonalDataGivenOut(Fact, frozen=True, kw_only=True):
    """The personal data of a customer were downloaded or printed to be handed to them."""

    kind = "customers.PersonalDataGivenOut"
    title = _("Personal data given out (%(form)s)")
    icon = "download"
    group = "changes"
    is_public = False
    ref: str
    request: str
    form: str


class CustomerErased(Fact, frozen=True, kw_only=True):
    """A customer was erased: whoever keeps a copy under ``ref`` erases it as well."""

    kind = "customers.CustomerErased"
    title = _("Personal data erased")
    icon = "trash"
    group = "changes"
    ref: str


class RetentionApplied(Fact, frozen=True, kw_only=True):
    """The nightly run forgot what was over by one of the rules for keeping."""

    kind = "customers.RetentionApplied"
    title = _("Forgotten by rule: %(rule)s (%(count)s)")
    icon = "hourglass"
    group = "changes"
    is_public = False
    rule: str
    count: int


class CustomersExported(Fact, frozen=True, kw_only=True):
    """A list of customers left the house. ``filters`` has no search text: it may be a name or a number."""

    kind = "customers.CustomersExported"
    title = _("Customer list exported: %(count)s rows (%(format)s)")
    icon = "file-export"
    group = "changes"
    is_public = False
    format: str
    count: int
    filters: str
    reason: str
    is_masked: bool


class PurposeConsentRecorded(Fact, frozen=True, kw_only=True):
    """The customer allowed or refused a purpose beyond being contacted; ``channel`` is empty for all of it."""

    kind = "customers.PurposeConsentRecorded"
    title = _("%(purpose)s (%(channel)s): %(answer)s")
    icon = "shield-check"
    group = "changes"
    ref: str
    purpose: str
    channel: str
    answer: str


class RequestNotFound(Exception):
    """No such request in the actor's sight."""
