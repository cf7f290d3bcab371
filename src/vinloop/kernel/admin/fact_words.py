"""Codes in the kernel's own facts, in words for timelines and the audit log.

Names of roles and places are read at most every ten seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.admin.setting_words import change_words, name_words
from vinloop.kernel.caches import Remembered
from vinloop.kernel.events import spell_field, spell_payload
from vinloop.kernel.intake.channels import channel_named
from vinloop.kernel.intake.remarks import reason_words
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Organisation, Role
from vinloop.kernel.web.exports import export_words, name_exports

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_Names = dict[str, tuple[str, str]]
_PERSON: Mapping[str, StrOrPromise] = {
    "username": _("User name"),
    "email": _("E-mail address"),
    "name": _("Name"),
    "name_en": _("Name in Latin letters"),
    "phone": _("Phone"),
    "language": _("Language"),
    "muted_notices": _("Mails to this person"),
}
_PLACE: Mapping[str, StrOrPromise] = {
    "code": _("Code"),
    "name": _("Name"),
    "name_en": _("English name"),
    "timezone": _("Time zone"),
    "calendar": _("Opening hours"),
}


def spell_kernel_facts() -> None:
    """Called once when Django is ready."""
    for kind in ("DocumentReceived", "DocumentProcessed", "DocumentReplayed", "DocumentDismissed"):
        spell_field(f"kernel.{kind}", "channel", _channel_words)
    spell_field("kernel.DocumentQuarantined", "reason", reason_words)
    for kind in ("MembershipGranted", "MembershipRevoked"):
        spell_field(f"kernel.{kind}", "role", _role_words)
        spell_field(f"kernel.{kind}", "organisation", _place_words)
    for kind in ("RoleCreated", "RoleChanged", "RoleDeleted"):
        spell_field(f"kernel.{kind}", "role", _role_words)
    spell_field("kernel.RoleChanged", "detail", _permission_words)
    spell_field("kernel.UserChanged", "detail", list_words(_PERSON))
    spell_field("kernel.OrganisationChanged", "detail", list_words(_PLACE))
    spell_field("kernel.OrganisationCreated", "parent", _place_words)
    for field in ("before", "after"):
        spell_field("kernel.OrganisationMoved", field, _place_words)
    spell_field("kernel.CalendarChanged", "detail", lambda text: _("week") if text == "week" else text)
    spell_field("kernel.SettingChanged", "name", name_words)
    spell_payload("kernel.SettingChanged", "detail", change_words)
    spell_field("kernel.ListExported", "name", export_words)
    name_exports({"audit": _("Audit log")})


def list_words(labels: Mapping[str, StrOrPromise]) -> Callable[[str], str]:
    """Spells ``email, phone``: names between commas; one without a label stays."""
    return lambda names: ", ".join(str(labels.get(name, name)) for name in names.split(", "))


def _channel_words(name: str) -> str:
    channel = channel_named(name)
    return str(channel.label) if channel else name


def _permission_words(changes: str) -> str:
    """``+ leads.lead:read, − leads.lead:work``."""
    labels = all_permissions()
    pieces = (change.partition(" ") for change in changes.split(", "))
    return ", ".join(f"{sign} {labels.get(name, name)}" for sign, _space, name in pieces)


def _role_words(code: str) -> str:
    return _in_language(_roles(), code)


def _place_words(code: str) -> str:
    return _in_language(_places(), code)


def _in_language(names: _Names, code: str) -> str:
    name, name_en = names.get(code, (code, ""))
    return in_language(name, name_en)


def _load_roles() -> _Names:
    return {code: (name, name_en) for code, name, name_en in Role.objects.values_list("code", "name", "name_en")}


def _load_places() -> _Names:
    rows = Organisation.objects.values_list("code", "name", "name_en")
    return {code: (name, name_en) for code, name, name_en in rows}


_roles = Remembered(_load_roles)
_places = Remembered(_load_places)
