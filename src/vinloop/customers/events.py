"""What the customers room announces, and the errors it raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact
from vinloop.kernel.refusals import Refused

_ASKING_WORDS = {
    "not_whole": _("Give the whole phone number, VIN, e-mail address or customer reference."),
    "too_many": _("Your organisation has asked often enough for today. Try again tomorrow, or call headquarters."),
    "in_sight": _("You can see this customer already. Look for them under Customers."),
    "decided": _("Somebody has decided this request already."),
}
_UNDO_WORDS = {
    "unknown_step": _("There is no such step."),
    "undone_already": _("This step has been undone already."),
    "built_on": _("A later merge or split stands on this one. Undo that first."),
    "erased": _("One of the two was erased since. What was erased is not brought back."),
}
_IDENTITY_WORDS = {
    "same_customer": _("These are one customer already."),
    "no_records": _("Choose at least one source record that goes."),
    "all_records": _("Leave at least one source record with the customer."),
    "foreign_rows": _("Some of what you chose belongs to another customer. Load the page again."),
    "not_resolved": _("One of these records belongs to no customer yet. Run identity resolution first."),
    "decided_already": _("Somebody else has just decided this pair. Nothing was changed."),
}


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
    """Somebody looked behind a mask: at which field, and why; never at what.

    ``reason`` is a code, ``words`` what they typed for another one; ``is_kept`` when they had given it shortly before.
    """

    kind = "customers.CustomerUnmasked"
    title = _("Hidden value shown: %(field)s")
    icon = "eye"
    group = "changes"
    is_public = False
    ref: str
    field: str
    reason: str
    words: str = ""
    is_kept: bool = False


class FieldReleased(Fact, frozen=True, kw_only=True):
    """The rules decide fields again which a person had corrected."""

    kind = "customers.FieldReleased"
    title = _("Left to the rules again: %(fields)s")
    icon = "lock-open"
    group = "changes"
    ref: str
    fields: str


class ContactPointChanged(Fact, frozen=True, kw_only=True):
    """A number or e-mail address was made the first one, verified, ended or taken up again."""

    kind = "customers.ContactPointChanged"
    title = _("%(field)s: %(change)s")
    icon = "phone"
    group = "changes"
    ref: str
    field: str
    change: str


class AddressEnded(Fact, frozen=True, kw_only=True):
    """The customer does not live or sit at an address any more."""

    kind = "customers.AddressEnded"
    title = _("An address is no longer valid")
    icon = "map-off"
    group = "changes"
    ref: str


class RelationAdded(Fact, frozen=True, kw_only=True):
    """A person said that two customers belong together; only headquarters is told who the other one is."""

    kind = "customers.RelationAdded"
    title = _("Relation added: %(relation)s")
    icon = "link"
    group = "changes"
    ref: str
    relation: str


class RelationRemoved(Fact, frozen=True, kw_only=True):
    """A person said that two customers do not belong together; no run brings the relation back."""

    kind = "customers.RelationRemoved"
    title = _("Relation removed: %(relation)s")
    icon = "unlink"
    group = "changes"
    ref: str
    relation: str


class AccessAsked(Fact, frozen=True, kw_only=True):
    """A dealer asked headquarters for a customer. Whether anybody is known by what it asked for is not told."""

    kind = "customers.AccessAsked"
    title = _("Asked headquarters for a customer")
    icon = "user-question"
    group = "changes"
    ref: str


class AccessGranted(Fact, frozen=True, kw_only=True):
    """Headquarters lets a dealer see a customer it asked for."""

    kind = "customers.AccessGranted"
    title = _("Headquarters lets the dealer see the customer")
    icon = "lock-open"
    group = "changes"
    ref: str
    customer_ref: str


class AccessRefused(Fact, frozen=True, kw_only=True):
    """Headquarters did not give a dealer the customer it asked for, or knows none."""

    kind = "customers.AccessRefused"
    title = _("Headquarters did not give the customer")
    icon = "lock"
    group = "changes"
    ref: str


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
    icon = "git-merge"
    group = "changes"
    ref: str
    merged_ref: str
    is_undo: bool = False


class CustomerSplit(Fact, frozen=True, kw_only=True):
    """Records of a golden record are a customer of their own now, or two were told apart for good."""

    kind = "customers.CustomerSplit"
    title = _("%(ref)s and %(new_ref)s are two customers")
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


class StepNotUndoable(Refused):
    """A merge or split that is unknown, was taken back before, or that a later one stands on."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _UNDO_WORDS[code])


class IdentityRefused(Refused):
    """A merge, split or verdict that makes no sense; nothing was changed."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code, _IDENTITY_WORDS[code], field)


class PairDecided(Refused):
    """Somebody else settled the pair first."""

    def __init__(self) -> None:
        super().__init__("decided_already", _IDENTITY_WORDS["decided_already"])


class AccessRequestNotFound(Exception):
    """No such request in the actor's sight."""


class AskingRefused(Refused):
    """A dealer may not ask now or for this, or headquarters decided before; nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _ASKING_WORDS[code], "text" if code != "decided" else "")


class ReasonNeeded(Refused):
    """What is hidden is shown for a reason only; nothing was shown or recorded."""

    def __init__(self) -> None:
        super().__init__("reason_needed", _("Say why you need to see it."), "reason")


class CustomerNotFound(Exception):
    """No such customer in the actor's sight."""
