"""The golden fields as a page shows them: the value, where it is from, and who may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.customers.actions.unmask import GOLDEN, UNMASK
from vinloop.customers.forms import FIELDS
from vinloop.customers.masks import mask_place
from vinloop.customers.models import Customer
from vinloop.customers.profile import Origin
from vinloop.customers.survivorship_settings import RULE_WORDS
from vinloop.customers.words import place_words
from vinloop.kernel.access import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EDIT = "customers.customer:edit"
_RULES: Mapping[str, StrOrPromise] = {
    **RULE_WORDS,
    "only": gettext_lazy("no source says otherwise"),
    "whole": gettext_lazy("the whole name before a part of it"),
    "address": gettext_lazy("belongs to the address chosen"),
}


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One golden field. ``why`` says where the value is from; ``release_url`` leaves it to the rules again.

    ``show_url`` uncovers a value that is hidden, for a reason.
    """

    name: str
    label: StrOrPromise
    value: object
    why: str = ""
    is_held: bool = False
    edit_url: str = ""
    release_url: str = ""
    show_url: str = ""


def customer_facts(actor: Actor, customer: Customer, origins: Sequence[Origin]) -> list[FieldFact]:
    """The fields in the order of the page."""
    names = {each.source: each.name for each in origins}
    return [_fact(actor, customer, name, value, names) for name, value in _values(customer).items()]


def customer_fact(actor: Actor, customer: Customer, origins: Sequence[Origin], name: str) -> FieldFact | None:
    """One field, as it is shown again after an edit; None for a name that is no field of the page."""
    return next((each for each in customer_facts(actor, customer, origins) if each.name == name), None)


def shown_address(customer: Customer) -> str:
    """The address in force as everybody sees it: where it is, but neither street nor door; empty when none is known."""
    return mask_place(customer.province, customer.city, customer.county) if customer.address else ""


def provenance_words(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Source, date and rule of a value in one sentence; a source out of the reader's sight is not named."""
    source = names.get(row.get("source", ""), _("a source of another organisation"))
    rule = str(_RULES.get(row.get("rule", ""), row.get("rule", "")))
    as_of = _date_words(row.get("as_of", ""))
    if as_of:
        return _("From %(source)s, %(date)s; chosen: %(rule)s") % {"source": source, "date": as_of, "rule": rule}
    return _("From %(source)s; chosen: %(rule)s") % {"source": source, "rule": rule}


def _values(customer: Customer) -> dict[str, object]:
    return {
        "name": customer.name,
        "kind": customer.get_kind_display(),
        "gender": customer.get_gender_display() if customer.gender else "",
        "birth_date": str(customer.birth_date or ""),
        "province": place_words(customer.province),
        "city": place_words(customer.city),
        "address": shown_address(customer),
        "language": dict(_choices("language")).get(customer.language, customer.language),
    }


def _fact(actor: Actor, customer: Customer, name: str, value: object, names: Mapping[str, str]) -> FieldFact:
    is_hidden = name == "address" and bool(value)
    may_edit = actor.may(EDIT) and (not is_hidden or actor.may(UNMASK))
    is_held = name in customer.held_fields
    return FieldFact(
        name=name,
        label=FIELDS[name].label or name,
        value=value,
        why=_why(customer, name, is_held, names) if value else "",
        is_held=is_held,
        edit_url=reverse("customers:customer_edit", args=[customer.ref, name]) if may_edit else "",
        release_url=reverse("customers:customer_release", args=[customer.ref, name]) if may_edit and is_held else "",
        show_url=reverse("customers:unmask", args=[customer.ref, "address", GOLDEN])
        if is_hidden and actor.may(UNMASK)
        else "",
    )


def _why(customer: Customer, name: str, is_held: bool, names: Mapping[str, str]) -> str:
    if is_held:
        return _("Corrected by a person; no source overwrites it.")
    row = customer.provenance.get(name)
    return provenance_words(row, names) if row else ""


def _date_words(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text[:10]), "Y-m-d")
    except ValueError:
        return ""


def _choices(name: str) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in getattr(FIELDS[name], "choices", ())]
