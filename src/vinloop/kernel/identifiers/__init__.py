"""Identifiers: what people type to say who and which car, turned into one spelling per thing.

Every door and every module compares telephone numbers, VINs, plates, addresses, names and amounts; were each
to clean them its own way, one customer would become several. This room owns parsing, checking, showing and
masking of such values, as frozen values and pure functions. It must not touch Django, the database, the
clock or the network, and it never throws input away: what it cannot read it answers with None and a reason.
"""

from vinloop.kernel.identifiers.email import mask_email, normalise_email
from vinloop.kernel.identifiers.money import CurrencyMismatch, Money, exponent, format_money, parse_money
from vinloop.kernel.identifiers.names import (
    PersonName,
    display_name,
    mask_name,
    names_compatible,
    normalise_name,
    parse_name,
)
from vinloop.kernel.identifiers.phone import (
    Phone,
    format_phone,
    mask_phone,
    parse_phone,
    parse_phones,
    phone_problem,
)
from vinloop.kernel.identifiers.plate import (
    Plate,
    display_plate,
    mask_plate,
    normalise_plate,
    parse_plate,
    readable_plate,
)
from vinloop.kernel.identifiers.refs import new_ref, parse_ref
from vinloop.kernel.identifiers.text import fold, has_cjk, is_cjk, looks_like_mojibake
from vinloop.kernel.identifiers.vin import Vin, mask_vin, parse_vin, suggest_vin, vin_problem

__all__ = [
    "CurrencyMismatch",
    "Money",
    "PersonName",
    "Phone",
    "Plate",
    "Vin",
    "display_name",
    "display_plate",
    "exponent",
    "fold",
    "format_money",
    "format_phone",
    "has_cjk",
    "is_cjk",
    "looks_like_mojibake",
    "mask_email",
    "mask_name",
    "mask_phone",
    "mask_plate",
    "mask_vin",
    "names_compatible",
    "new_ref",
    "normalise_email",
    "normalise_name",
    "normalise_plate",
    "parse_money",
    "parse_name",
    "parse_phone",
    "parse_phones",
    "parse_plate",
    "parse_ref",
    "parse_vin",
    "phone_problem",
    "readable_plate",
    "suggest_vin",
    "vin_problem",
]
