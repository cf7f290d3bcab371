"""What was doubtful about a source record, in words a person can act on: ``phone:scientific`` and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.customers.standard.fields import BY_CODE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_WHY: Mapping[str, StrOrPromise] = {
    "mojibake_mended": gettext_lazy("garbled characters, put right"),
    "mojibake": gettext_lazy("garbled characters"),
    "scientific_mended": gettext_lazy("written as 1.38E+10, put right"),
    "scientific": gettext_lazy("written as 1.38E+10, digits are lost"),
    "scientific_notation": gettext_lazy("written as 1.38E+10, digits are lost"),
    "rounded": gettext_lazy("a spreadsheet rounded the last digits"),
    "zero_lost": gettext_lazy("a leading zero was lost and put back"),
    "unreadable": gettext_lazy("can't be read"),
    "check_digit": gettext_lazy("the check digit is wrong"),
    "differs_from_id": gettext_lazy("differs from the ID number"),
    "misread_mended": gettext_lazy("a misread letter, put right"),
    "not_whole": gettext_lazy("not whole"),
    "too_short": gettext_lazy("too short"),
    "too_long": gettext_lazy("too long"),
    "no_digits": gettext_lazy("no digits in it"),
    "not_a_number": gettext_lazy("no telephone number"),
    "empty": gettext_lazy("nothing in it"),
}
_ROW: Mapping[str, StrOrPromise] = {
    "row:too_long": gettext_lazy("More cells than columns"),
    "row:too_short": gettext_lazy("Fewer cells than columns"),
}


def flag_words(flag: str) -> str:
    """``Phone: written as 1.38E+10, digits are lost`` for ``phone:scientific``."""
    if flag in _ROW:
        return str(_ROW[flag])
    code, _colon, why = flag.partition(":")
    label = BY_CODE[code].label if code in BY_CODE else code
    return _("%(what)s: %(why)s") % {"what": label, "why": _WHY.get(why, why)}


def flags_words(flags: Iterable[str]) -> str:
    """All of them in one line."""
    return _("; ").join(map(flag_words, flags))
