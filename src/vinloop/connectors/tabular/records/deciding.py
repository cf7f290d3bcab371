"""Whether a file named on the command line holds leads or customers."""

from __future__ import annotations

from pathlib import Path

from vinloop.connectors.tabular.mapping import suggest_mapping
from vinloop.connectors.tabular.records.content import content_of
from vinloop.connectors.tabular.records.read import open_records
from vinloop.connectors.tabular.records.rows import RecordFile
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.customers.models import Source
from vinloop.customers.standard.mapping import propose_mapping
from vinloop.leads.models import LeadSource

_ADF = (".xml", ".adf")
# Somebody wants a car; and what may be said of the car somebody has, too.
_WANTS = {"campaign", "timeframe"}
_MAY_WANT = {"brand", "model", "trim", "comments", "consent"}
_INTEREST = ("interest", "意向", "线索")
# Only who keeps customers knows these.
_OWNS = {"plate", "id_number", "birth_date", "role"}


def holds_customers(path: Path, source: str | None, wanted: str | None) -> bool:
    """``wanted`` (leads, customers) decides; else who is registered under the name, else what the columns are about.

    A file that can't be read is left to the import of leads, which says why.
    """
    if wanted is not None:
        return wanted == "customers"
    if source is None or path.suffix.lower() in _ADF:
        return False
    if Source.objects.filter(code=source).exists():
        return True
    if LeadSource.objects.filter(code=source).exists():
        return False
    try:
        return not _is_about_leads(open_records(content_of(path)))
    except TableRefused:
        return True


def _is_about_leads(file: RecordFile) -> bool:
    if file.form not in ("csv", "xlsx"):
        return False
    said = set(suggest_mapping(file.columns))
    if said & _WANTS or any(word in column.lower() for column in file.columns for word in _INTEREST):
        return True
    return bool(said & _MAY_WANT) and not _OWNS & set(propose_mapping(file.columns).values())
