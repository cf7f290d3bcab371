"""Why a lead file was refused: one exception with a stable code, so that quarantine can group and explain."""

from typing import Literal

ReasonCode = Literal[
    "too_large",
    "undecodable",
    "not_xml",
    "truncated",
    "doctype",
    "entity_declaration",
    "too_deep",
    "too_many_elements",
    "no_prospect",
    "no_customer",
]


class AdfRefused(Exception):
    """The bytes are not a lead file we can trust.

    ``reason_code`` is stable and machine-readable, ``message`` says in English what is wrong, ``detail``
    where (a tag, a number). None of them quotes the customer's data.
    """

    def __init__(self, reason_code: ReasonCode, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.reason_code = reason_code
        self.message = message
        self.detail = detail
