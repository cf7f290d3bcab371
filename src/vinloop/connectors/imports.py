"""Files from the command line: leads (tables and ADF) and customers, chunk by chunk, safe to run again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from vinloop.connectors.adf import capture as adf
from vinloop.connectors.adf import parse_adf
from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.tabular import actions
from vinloop.connectors.tabular.errors import error_file
from vinloop.connectors.tabular.importing import Progress, plan_of, progress_of, table_of
from vinloop.connectors.tabular.queries import proposed_plan
from vinloop.connectors.tabular.records.command import RecordsResult, import_records
from vinloop.connectors.tabular.records.deciding import holds_customers
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document, settle
from vinloop.kernel.intake.channels import NotUnderstood
from vinloop.kernel.intake.remarks import english
from vinloop.kernel.models import ReceivedDocument

DOOR = "import"
_ADF = (".xml", ".adf")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the rows. ``accepted`` counts new leads, ``repeated`` rows imported before."""

    ref: str
    accepted: int
    merged: int
    repeated: int
    refused: int


def import_any(
    *,
    path: Path,
    source: str | None = None,
    kind: str | None = None,
    mapping: str | None = None,
    dry_run: bool = False,
    errors: Path | None = None,
) -> ImportResult | RecordsResult:
    """Import a file of leads or of customers; ``kind`` (``leads``, ``customers``) says which when the file does not.

    Raises ``Refused`` and ``ValueError``.
    """
    with acting(system_actor(DOOR)):
        is_customers = holds_customers(path, source, kind)
    if not is_customers:
        return import_file(path=path, source=source or "import", mapping=mapping, dry_run=dry_run, errors=errors)
    if source is None:
        raise ValueError("name the source these customers come from: --source NAME")
    return import_records(path=path, source=source, mapping=mapping, dry_run=dry_run, errors=errors)


def import_file(
    *,
    path: Path,
    source: str = "import",
    mapping: str | None = None,
    dry_run: bool = False,
    errors: Path | None = None,
) -> ImportResult:
    """Import a CSV, XLSX or ADF file as headquarters; each chunk is committed by itself.

    ``mapping`` is a JSON file, or text like ``phone=手机,name=姓名``; without it columns are recognised by their
    names. ``errors`` gets the refused rows. Interrupted, the same command goes on where it stopped: rows taken
    before are known. Raises ``Refused`` (a table nobody can read that way) and ``ValueError``.
    """
    if path.suffix.lower() in _ADF:
        return _import_adf(path, dry_run=dry_run)
    document = _import_table(path, source, mapping, dry_run=dry_run)
    plan, progress = plan_of(document), progress_of(document)
    if plan is None or progress is None:
        raise ValueError("the import was not started")
    if errors is not None and progress.refused:
        with acting(system_actor(DOOR)):
            errors.write_bytes(error_file(document, plan, errors.suffix.lower().lstrip("."))[0])
    return ImportResult(document.ref, progress.new, progress.merged, progress.repeated, progress.refused)


def _import_table(path: Path, source: str, mapping: str | None, *, dry_run: bool) -> ReceivedDocument:
    at = timezone.now()
    with acting(system_actor(DOOR)) as system:
        document = actions.keep_table(actor=system, filename=path.name, body=path.read_bytes(), at=at)
    if document.state == ReceivedDocument.State.QUARANTINED:
        raise ValueError(f"{document.detail} (kept as {document.ref})")
    with acting(system_actor(DOOR)) as system:
        plan = _plan(table_of(document).headers, source, mapping, dry_run=dry_run)
        actions.start_import(actor=system, document=document, plan=plan, at=at)
    while _advance(document):
        continue
    return document


def _advance(document: ReceivedDocument) -> bool:
    with acting(system_actor(DOOR)) as system:
        return actions.advance_import(actor=system, document=document, at=timezone.now())


def _plan(headers: Sequence[str], source: str, mapping: str | None, *, dry_run: bool) -> ImportPlan:
    proposed = proposed_plan(headers)
    chosen = _read_mapping(mapping) if mapping else proposed.mapping
    return ImportPlan(mapping=chosen, source=source, brand=proposed.brand, is_dry=dry_run)


def _read_mapping(text: str) -> dict[str, str]:
    file = Path(text)
    if file.suffix == ".json":
        return {str(field): str(column) for field, column in json.loads(file.read_text("utf-8")).items()}
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(not equals for _field, equals, _column in pairs):
        raise ValueError("write the mapping as field=column,field=column or name a .json file")
    return {field.strip(): column.strip() for field, _equals, column in pairs}


def _import_adf(path: Path, *, dry_run: bool) -> ImportResult:
    data, at = path.read_bytes(), timezone.now()
    if dry_run:
        return _look_at_adf(data)
    with acting(system_actor(DOOR)) as system:
        envelope = Envelope(channel=adf.CHANNEL, filename=path.name)
        document = receive_document(actor=system, owner_id=system.organisation_id, body=data, envelope=envelope, at=at)
    try:
        return _take_adf(document, data, at)
    except (AdfRefused, NotUnderstood) as error:
        refusal = adf.not_understood(error) if isinstance(error, AdfRefused) else error
        with acting(system_actor(DOOR)) as system:
            quarantine(actor=system, document=document, reason=refusal.reason, detail=refusal.detail, at=at)
        raise ValueError(f"{document.detail} (kept as {document.ref})") from error


def _take_adf(document: ReceivedDocument, data: bytes, at: datetime) -> ImportResult:
    with acting(system_actor(DOOR)) as system:
        taken = adf.take_file(actor=system, data=data, document=document, at=at)
        settle(actor=system, document=document, made=taken.made, at=at)
    count = Progress(total=len(taken.leads))
    count.count(taken.leads)
    return ImportResult(document.ref, count.new, count.merged, count.repeated, len(taken.problems))


def _look_at_adf(data: bytes) -> ImportResult:
    try:
        read = parse_adf(data)
    except AdfRefused as refusal:
        raise ValueError(english([refusal.remark])) from refusal
    return ImportResult("", len(read.prospects), 0, 0, len(read.problems))
