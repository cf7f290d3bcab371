"""Which mail addresses take leads, as an administrator types them."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

_BETWEEN = re.compile(r"[\s,;，；、]+")


def listed(text: str) -> list[str]:
    """The addresses of the setting, in small letters, however they are separated."""
    return [each for each in _BETWEEN.split(text.lower()) if each]


def is_taken(text: str, address: str) -> bool:
    """Whether an address is on the list, itself or by its domain; with an empty list every address is."""
    wanted, address = listed(text), address.lower()
    return not wanted or address in wanted or "@" + address.rpartition("@")[2] in wanted


def problem_of(value: Any) -> str | None:
    """What is wrong with a list: a word that is no address would quietly turn all mail away."""
    wrong = [each for each in listed(str(value)) if "@" not in each or each.endswith("@")]
    message = _("“%(text)s” is no mail address. Write sales@example.com, or @example.com for all of them.")
    return message % {"text": wrong[0]} if wrong else None
