"""What a spreadsheet would take for a formula, and how text is written so that it does not (CWE-1236)."""

from __future__ import annotations

import re

# Full-width forms count as formulas in East Asian spreadsheets. Some programs skip blanks in front; apostrophes are
# skipped so that each one added can be taken off again.
_FORMULA = re.compile(r"[\s']*[=+\-@\t\r\n＝＋－＠]")
_NEGATIVE = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet that opens a text file may calculate this, or would without the apostrophes in front."""
    return _FORMULA.match(text) is not None


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes in front of what begins like one.

    Plain negative numbers stay as they are. Reading a file back takes the apostrophe off again.
    """
    return "'" + text if begins_formula(text) and not _NEGATIVE.fullmatch(text) else text
