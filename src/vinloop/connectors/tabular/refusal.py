"""Why a table file was refused: one exception with a stable code."""

from typing import Literal

ReasonCode = Literal[
    "too_large",
    "too_many_rows",
    "too_many_columns",
    "too_sparse",
    "empty",
    "undecodable",
    "nul_byte",
    "unclosed_quote",
    "cell_too_long",
    "old_excel",
    "not_a_table",
    "no_such_sheet",
    "zip_bomb",
    "damaged",
]


class TableRefused(Exception):
    """The bytes are not a table we can trust.

    ``reason_code`` is stable and machine-readable; ``message`` says in English what is wrong and what to do. It
    never quotes a cell.
    """

    def __init__(self, reason_code: ReasonCode, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code
        self.message = message
