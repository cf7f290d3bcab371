"""Customer files from the command line: streamed, each chunk committed by itself, safe to run again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from django.utils import timezone

from vinloop.connectors.tabular.records.content import content_of
from vinloop.connectors.tabular.records.plans import check_mapping, proposed_mapping
from vinloop.connectors.tabular.records.read import open_records
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.records.taking import Chunk, chunks_of
from vinloop.connectors.tabular.records.words import problem_words
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.customers.actions.receive import Received, receive_records
from vinloop.customers.actions.runs import RunTerms, end_run, require_running, start_run, stop_run, take_chunk
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import ImportRun, Source
from vinloop.customers.standard.fields import BY_CODE
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import root_organisation_id, system_actor
from vinloop.kernel.models import Organisation
from vinloop.kernel.spreadsheets import safe_text

DOOR = "import"


@dataclass(slots=True)
class RecordsResult:
    """What became of the rows of a customer file. ``ref`` is the run's; empty for a dry run."""

    source: str
    ref: str = ""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    flagged: int = 0
    has_key: bool = True

    def count(self, received: Received, refused: int) -> None:
        """Add a chunk."""
        for name in ("added", "changed", "unchanged", "flagged"):
            setattr(self, name, getattr(self, name) + getattr(received, name))
        self.refused += refused


@dataclass(frozen=True, slots=True)
class _Job:
    """What the loop over the chunks needs; ``run`` is None when nothing is kept."""

    source: Source
    run: ImportRun | None


def import_records(
    *, path: Path, source: str, mapping: str | None = None, dry_run: bool = False, errors: Path | None = None
) -> RecordsResult:
    """Take a file of any size in as records of the source ``source``, which is registered when nobody knows it.

    The file is looked through first, so that one that can't be read to its end leaves nothing behind. Interrupted, the
    same command goes on: rows that are in say the same again. A dry run takes a key that comes back in a later chunk
    for new each time. Raises ``Refused`` and ``ValueError``.
    """
    try:
        file = open_records(content_of(path))
        with acting(system_actor(DOOR)) as system:
            known = Source.objects.filter(code=source).first()
            chosen = read_mapping(mapping) if mapping else proposed_mapping(file, known)
            check_mapping(chosen, file.columns)
            job = _begun(system, known, source, chosen, dry=dry_run, file=file, name=path.name)
        return _take_all(job, file, chosen, errors)
    except TableRefused as refusal:
        raise ValueError(refusal.message) from refusal


def _begun(
    system: Actor, known: Source | None, code: str, mapping: dict[str, str], *, dry: bool, file: RecordFile, name: str
) -> _Job:
    now = timezone.now()
    if dry:
        return _Job(known or Source(code=code, owner_id=root_organisation_id()), None)
    if known is None:
        owner = Organisation.objects.get(pk=root_organisation_id())
        known = register_source(actor=system, code=code, owner=owner, terms=SourceTerms(mapping=mapping), at=now)
    _end_killed(system, known, name, now)
    terms = RunTerms(file_name=name, total=file.total, plan={"mapping": mapping})
    return _Job(known, start_run(actor=system, source=known, terms=terms, at=now))


def _end_killed(system: Actor, source: Source, name: str, now: datetime) -> None:
    """A run of this file that was killed could not say so itself; this one goes on for it."""
    for left in ImportRun.objects.filter(source=source, document=None, file_name=name, state=ImportRun.State.RUNNING):
        stop_run(actor=system, run=left, problem="interrupted", at=now)


def _take_all(job: _Job, file: RecordFile, mapping: Mapping[str, str], errors: Path | None) -> RecordsResult:
    result = RecordsResult(job.source.code, job.run.ref if job.run else "", has_key="key" in mapping.values())
    with _error_file(errors, file.columns) as write:
        try:
            for chunk in chunks_of(file.rows(), mapping):
                result.count(_take(job, chunk), len(chunk.refused))
                write(chunk.refused)
        except BaseException:
            _stopped(job)
            raise
    if job.run is not None:
        with acting(system_actor(DOOR)) as system:
            end_run(actor=system, run=job.run, at=timezone.now())
    return result


def _take(job: _Job, chunk: Chunk) -> Received:
    with acting(system_actor(DOOR)) as system:
        now = timezone.now()
        if job.run is None:
            return receive_records(actor=system, source=job.source, rows=chunk.incoming, at=now, is_dry=True)
        require_running(job.run)
        return take_chunk(actor=system, run=job.run, rows=chunk.incoming, refused=chunk.reasons, at=now)


def _stopped(job: _Job) -> None:
    if job.run is not None:
        with acting(system_actor(DOOR)) as system:
            job.run.refresh_from_db()
            if job.run.state == ImportRun.State.RUNNING:
                stop_run(actor=system, run=job.run, problem="interrupted", at=timezone.now())


@contextmanager
def _error_file(path: Path | None, columns: Sequence[str]) -> Iterator[Any]:
    """Writes the refused rows as they were, with the reason and the row's number, safe to open in a spreadsheet."""
    if path is None:
        yield lambda rows: None
        return
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = _writer(file, columns)
        yield writer


def _writer(file: TextIO, columns: Sequence[str]) -> Any:
    out = csv.writer(file)
    out.writerow([*map(safe_text, columns), "Reason", "Row"])

    def write(rows: Sequence[FileRow]) -> None:
        for row in rows:
            cells = [safe_text(row.cells.get(column, "")) for column in columns]
            out.writerow([*cells, problem_words(row.problem), row.number])

    return write


def read_mapping(text: str) -> dict[str, str]:
    """Column → field, out of ``field=column,…`` or a JSON file of either direction."""
    if Path(text).suffix == ".json":
        return _from_json(json.loads(Path(text).read_text("utf-8")))
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(not equals for _field, equals, _column in pairs):
        raise ValueError("write the mapping as field=column,field=column or name a .json file")
    return {column.strip(): field.strip() for field, _equals, column in pairs}


def _from_json(said: Any) -> dict[str, str]:
    """Field → column or list of columns; or column → field, when the names on the right are fields."""
    if not isinstance(said, dict):
        raise ValueError("the mapping file must hold one object: field → column")
    if not set(said) <= BY_CODE.keys() and all(isinstance(v, str) and v in BY_CODE for v in said.values()):
        return dict(said)
    columns = {field: [each] if isinstance(each, str) else each for field, each in said.items()}
    return {str(column): str(field) for field, many in columns.items() for column in many}
