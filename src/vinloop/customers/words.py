"""Codes of the customers room in the words of the people who read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.customers.events import CustomerNotFound

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CONSENT_ANSWERS: Mapping[str, StrOrPromise] = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
_FIELDS: Mapping[str, StrOrPromise] = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "gender": gettext_lazy("Gender"),
    "birth_date": gettext_lazy("Born on"),
    "province": gettext_lazy("Province"),
    "city": gettext_lazy("City"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Language"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "identity": gettext_lazy("ID number"),
}

RELATIONS: Mapping[str, StrOrPromise] = {
    "household": gettext_lazy("same household"),
    "employer": gettext_lazy("employer"),
    "employer_of": gettext_lazy("employee"),
    "driver": gettext_lazy("drives for them"),
    "driver_of": gettext_lazy("driver"),
    "other": gettext_lazy("other relation"),
    "contact": gettext_lazy("same number or address"),
}
OTHER_REASON = "other"
REASONS: Mapping[str, StrOrPromise] = {
    "contact": gettext_lazy("To call or write to the customer"),
    "complaint": gettext_lazy("To answer a complaint"),
    "correction": gettext_lazy("To correct the data"),
    "appointment": gettext_lazy("For a delivery or an appointment"),
    "identity": gettext_lazy("To make sure who it is"),
    "contract": gettext_lazy("To fill in a contract"),
    "request": gettext_lazy("To answer a request by law"),
    "system": gettext_lazy("For a connected system"),
}
# What is offered to choose from: for how to reach a customer, and for identity numbers.
REACH_REASONS = ("contact", "complaint", "correction", "appointment")
IDENTITY_REASONS = ("identity", "contract", "request", "correction")
CONTACT_CHANGES: Mapping[str, StrOrPromise] = {
    "primary": gettext_lazy("made the first choice"),
    "verified": gettext_lazy("verified"),
    "ended": gettext_lazy("no longer valid"),
    "renewed": gettext_lazy("valid again"),
}

_PLACE_NAMES: list[Callable[[str], str]] = []
_SOURCE_NAMES: list[Callable[[str], str]] = []


def register_place_names(words: Callable[[str], str]) -> None:
    """How a city or province is called in the reader's language; the room that knows the map says it."""
    _PLACE_NAMES[:] = [words]


def place_words(name: str) -> str:
    """A city or province as the reader's language calls it; as it was written when nobody knows it."""
    return _PLACE_NAMES[0](name) if _PLACE_NAMES else name


def register_source_names(words: Callable[[str], str]) -> None:
    """How a door's source (``lead:web``) is called in the reader's language; the room that captures says it."""
    _SOURCE_NAMES[:] = [words]


def source_words(code: str, name: str = "") -> str:
    """A source as its register names it, otherwise as the room whose door it is calls it, otherwise its code."""
    if name and name != code:
        return name
    return _SOURCE_NAMES[0](code) if _SOURCE_NAMES else code


def field_words(names: str) -> str:
    """The fields of a record, named as on screen."""
    return ", ".join(str(_FIELDS.get(name.strip(), name)) for name in names.split(","))


def reason_words(payload: Mapping[str, object]) -> str:
    """Why somebody looked behind a mask; in their own words when they gave any."""
    code = str(payload.get("reason", ""))
    return str(payload.get("words") or REASONS.get(code, code))


def not_found_members(_error: CustomerNotFound) -> dict[str, object]:
    """What the API adds to a customer that is not there."""
    return {"detail": _("There is no such customer, or you may not see them.")}
