"""What everybody may see of a value that is hidden: the ends of a number, the place of an address."""

from __future__ import annotations

from vinloop.customers.models import ContactPoint
from vinloop.customers.words import place_words
from vinloop.kernel.identifiers import mask_email, mask_phone

HIDDEN = "…"


def mask_contact(kind: str, value: str) -> str:
    """A phone number or e-mail address with its middle left out."""
    return mask_email(value) if kind == ContactPoint.Kind.EMAIL else mask_phone(value)


def mask_place(*divisions: str) -> str:
    """An address as its divisions alone, in the reader's language; street and door are left out."""
    words = dict.fromkeys(place_words(each) for each in divisions if each)
    return " ".join([*words, HIDDEN])
