"""Which column of a source's file means what: a proposal a person confirms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from vinloop.customers.standard.fields import FIELDS
from vinloop.customers.standard.names import to_simplified

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"\d+$")


def propose_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Column → field, for the columns whose heading is known. Several phones may be mapped; of other fields the first
    column counts.
    """
    known = {_plain(heading): field.code for field in FIELDS for heading in field.headings}
    many = {field.code for field in FIELDS if field.is_many}
    mapping: dict[str, str] = {}
    for header in headers:
        plain = _plain(header)
        code = known.get(plain) or known.get(_NUMBERED.sub("", plain))
        if code and (code in many or code not in mapping.values()):
            mapping[header] = code
    return mapping


def mapped(row: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, list[str]]:
    """A row's values by field; empty cells are left out."""
    values: dict[str, list[str]] = {}
    for column, code in mapping.items():
        text = row.get(column, "").strip()
        if text:
            values.setdefault(code, []).append(text)
    return values


def _plain(header: str) -> str:
    """Lower case, half width, simplified, without brackets, blanks and signs: ``手機號 (必填)*`` is ``手机号``."""
    text = to_simplified(unicodedata.normalize("NFKC", header).lower())
    return _NOT_LETTERS.sub("", _BRACKETED.sub("", text)) or _NOT_LETTERS.sub("", text)
