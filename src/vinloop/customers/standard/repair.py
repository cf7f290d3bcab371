"""Damage that came with a file: mended where only one reading is possible, flagged where it is not.

Codes: ``mojibake_mended``, ``mojibake``, ``scientific_mended``, ``scientific`` (digits are gone), ``rounded``,
``zero_lost``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from vinloop.kernel.identifiers import has_cjk, looks_like_mojibake

_SCIENTIFIC = re.compile(r"^\s*(\d)(?:\.(\d+))?E\+?(\d{1,2})\s*$", re.I)
_FLOAT = re.compile(r"^\s*(\d{5,})\.0+\s*$")
_CODECS = ("latin-1", "cp1252", "gb18030")
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number


@dataclass(frozen=True, slots=True)
class Mended:
    """The text as it was meant, and what was wrong with it; ``flag`` is empty for sound text."""

    text: str
    flag: str = ""


def mend_text(text: str) -> Mended:
    """Text read with a wrong character set, read again with the right one when that gives whole Chinese."""
    if text.isascii() or not looks_like_mojibake(text):
        return Mended(text)
    for codec in _CODECS:
        try:
            again = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if has_cjk(again) and not looks_like_mojibake(again):
            return Mended(again, "mojibake_mended")
    return Mended(text, "mojibake")


def mend_digits(text: str) -> Mended:
    """A number a spreadsheet turned into a decimal or into scientific notation.

    ``1.38123456789E+10`` still holds every digit; ``1.38123E+10`` does not, and ``5.19E+17`` of an identity number
    never can.
    """
    plain = _FLOAT.match(text)
    if plain:
        return Mended(plain[1])
    found = _SCIENTIFIC.match(text)
    if found is None:
        return _rounded(text)
    digits = 1 + len(found[2] or "")
    if digits >= int(found[3]) + 1:
        return Mended(_whole(text), "scientific_mended")
    return Mended(text.strip(), "scientific")


def mend_postcode(text: str) -> Mended:
    """A Chinese postcode that lost its leading zero in a number column (Inner Mongolia's begin with 0)."""
    value = mend_digits(text.strip()).text
    return Mended("0" + value, "zero_lost") if re.fullmatch(r"[1-7]\d{4}", value) and value[0] in "1" else Mended(value)


def _whole(text: str) -> str:
    try:
        return str(int(Decimal(text.strip())))
    except (InvalidOperation, ValueError):
        return text


def _rounded(text: str) -> Mended:
    value = text.strip()
    if value.isdigit() and len(value) == 18 and value[_EXACT_DIGITS:] == "000":
        return Mended(value, "rounded")
    return Mended(value)
