"""What a cell means on the way in, and how it is made harmless on the way out."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from vinloop.kernel.spreadsheets import begins_formula, safe_text

# Excel shows 11 digits and more as 1.38E+10 and exports what it shows.
_SCIENTIFIC = re.compile(r"\+?([0-9])(?:\.([0-9]+))?[Ee]\+?([0-9]{1,2})")
_PHONE_LIKE_EXPONENT = 7
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_EXACT_DIGITS = 10**15
_EXACT_WHOLE = 2**53  # beyond it a spreadsheet's numbers skip some

Cell = str | int | float | Decimal | bool | date | datetime | time | timedelta | None


def read_text_cell(text: str) -> str:
    """A cell of a text file without the marks spreadsheets put around text.

    ``="0138"`` and ``'+86…`` are how text that looks like a number or a formula is kept; 1.3800138000E+10 is
    written out when all its digits are there. Formulas stay what they are: text.
    """
    plain = unmarked_text(text)
    return plain if plain != text else _written_out(text) or text


def unmarked_text(text: str) -> str:
    """A cell without the marks around text only; numbers stay as they were written."""
    if text.startswith("'") and begins_formula(text):
        return text[1:]
    quoted = _TEXT_FORMULA.fullmatch(text)
    return quoted[1] if quoted else text


def digits_lost(text: str) -> bool:
    """Whether a number was rounded for display, like 1.38E+10."""
    found = _SCIENTIFIC.fullmatch(text)
    return found is not None and int(found[3]) >= _PHONE_LIKE_EXPONENT and _written_out(text) is None


def _written_out(text: str) -> str | None:
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return None
    decimals, exponent = found[2] or "", int(found[3])
    exact = exponent >= _PHONE_LIKE_EXPONENT and len(decimals) >= exponent and not decimals[exponent:].strip("0")
    return found[1] + decimals[:exponent] if exact else None


def read_typed_cell(value: object) -> str:
    """A cell of a workbook as text: whole numbers without .0, dates and times in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def typed_digits_lost(value: object) -> bool:
    """Whether a whole number has more digits than a spreadsheet keeps (15): an ID number typed as a number."""
    return isinstance(value, float) and value.is_integer() and abs(value) >= _EXACT_DIGITS


def read_record_cell(value: object) -> str:
    """Like ``read_typed_cell``, but a whole number that lost digits reads as what it is: 1.10105194912310E+17.

    Written out, its last digits would be made up, and two customers could share one key.
    """
    is_rounded = isinstance(value, float) and value.is_integer() and abs(value) > _EXACT_WHOLE
    return f"{value:.14E}" if is_rounded else read_typed_cell(value)


def safe_cell(value: Cell) -> str:
    """A cell as text: values which are not text as they read, text as no spreadsheet will take for a formula.

    ``read_table`` takes the apostrophe off again.
    """
    return safe_text(value) if isinstance(value, str) else read_typed_cell(value)
