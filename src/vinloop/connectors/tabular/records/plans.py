"""How a file of records is to be read: which column means what, as saved with the source or as its headings say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.tabular.records.rows import RecordFile
from vinloop.customers.models import Source
from vinloop.customers.standard.fields import BY_CODE
from vinloop.customers.standard.mapping import propose_mapping
from vinloop.kernel.refusals import Refused

# Without a column for any of these nobody could be recognised.
TELLING = frozenset({"name", "family_name", "given_name", "phone", "email", "id_number", "vin", "plate"})
_REPEATED = re.compile(r" \(\d+\)$")


class RecordPlan(msgspec.Struct, frozen=True, kw_only=True):
    """``mapping`` is column → field. ``sheet`` and ``encoding`` are chosen by a person, else found in the file."""

    mapping: dict[str, str]
    sheet: str | None = None
    encoding: str | None = None


def proposed_mapping(file: RecordFile, source: Source | None) -> dict[str, str]:
    """The mapping saved with the source where it fits the file, else what the headings say."""
    saved = source.mapping if source else {}
    fitting = {column: field for column, field in saved.items() if column in file.columns}
    if TELLING & set(fitting.values()):
        return fitting
    by_format = {column: field for column, field in _by_format(file).items() if field in BY_CODE}
    proposed = propose_mapping([column for column in file.columns if column not in by_format])
    return by_format | {c: f for c, f in proposed.items() if _is_free(f, by_format.values())}


def check_mapping(mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    """Raises ``Refused`` for a column the file lacks, a field that does not exist, or nobody to recognise."""
    for column, field in mapping.items():
        if field not in BY_CODE:
            raise Refused("unknown_field", _("There is no field “%(field)s”.") % {"field": field}, "mapping")
        if column not in columns:
            raise Refused("unknown_column", _("The table has no column “%(column)s”.") % {"column": column}, "mapping")
    if not TELLING & set(mapping.values()):
        words = _("No column with a name, phone number, e-mail address, ID number, VIN or number plate was recognised.")
        raise Refused("no_columns", words, "mapping")


def _by_format(file: RecordFile) -> dict[str, str]:
    """What the format itself says about its columns, repeated ones included; for JSON, by the last part of a path."""
    found = {}
    for column in file.columns:
        plain = _REPEATED.sub("", column)
        field = file.hints.get(plain)
        if field is None and file.form == "json":
            field = _by_path(plain)
        if field and (column == plain or BY_CODE[field].is_many):
            found[column] = field
    return found


def _by_path(path: str) -> str | None:
    last = path.rpartition(".")[2]
    words = propose_mapping([last]) or propose_mapping([last.removesuffix("s")])
    return next(iter(words.values()), None) if "." in path or last.endswith("s") else None


def _is_free(field: str, taken: Collection[str]) -> bool:
    return BY_CODE[field].is_many or field not in taken
