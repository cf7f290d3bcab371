"""Whether a row of a source can be kept at all. Damage that can be lived with is flagged instead (``repair``)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vinloop.customers.standard.fields import Values, first

LONGEST_KEY = 120
LONGEST_CELL = 20_000
# Without any of these nobody could ever be recognised.
_TELLING = ("name", "family_name", "given_name", "phone", "email", "id_number", "vin", "plate")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.I)


def row_problem(payload: Mapping[str, str], values: Values) -> str:
    """Why a row can't become a source record, a code; empty when it can.

    ``says_nothing`` nobody to recognise, ``key_too_long``, ``key_rounded`` (a spreadsheet rounded the key, so that
    different customers would share it), ``cell_too_long``, ``nul_character``.
    """
    key = first(values, "key").strip()
    if len(key) > LONGEST_KEY:
        return "key_too_long"
    if _ROUNDED.fullmatch(key):
        return "key_rounded"
    for column, text in payload.items():
        if len(text) > LONGEST_CELL or len(column) > LONGEST_CELL:
            return "cell_too_long"
        if "\0" in text or "\0" in column:
            return "nul_character"
    return "" if any(values.get(code) for code in _TELLING) else "says_nothing"
