"""Files of records somebody uploads: kept as they came, decided on, and taken in chunk by chunk in the background."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice

import msgspec
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.senders import sender_context
from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.plans import RecordPlan, check_mapping
from vinloop.connectors.tabular.records.read import open_records
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.records.taking import sorted_out
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.customers.actions import runs as run_steps
from vinloop.customers.actions.receive import IMPORT
from vinloop.customers.actions.runs import CHUNK, RunTerms, end_run, start_run, stop_run
from vinloop.customers.actions.sources import keep_mapping, require_open
from vinloop.customers.models import ImportRun, Source
from vinloop.kernel.access import Actor
from vinloop.kernel.intake.actions import LIMIT_BYTES, Envelope, mark_processed, quarantine, receive_document
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused

CHANNEL = "records"


def keep_file(*, actor: Actor, source: Source, filename: str, body: bytes, at: datetime) -> ReceivedDocument:
    """Keep an uploaded file of a source; one that can't be read goes to quarantine, with the reason on it.

    Raises ``NotAllowed``, and ``Refused`` for a source that was closed.
    """
    actor.require(IMPORT, organisation_id=source.owner_id)
    require_open(source)
    context = sender_context(actor) | {"source": source.code}
    envelope = Envelope(channel=CHANNEL, filename=filename, context=context)
    document = receive_document(actor=actor, owner_id=source.owner_id, body=body, envelope=envelope, at=at)
    try:
        if document.is_truncated:
            raise TableRefused("too_large", limit=LIMIT_BYTES)
        file_of(document)
    except TableRefused as refusal:
        quarantine(actor=actor, document=document, reason=refusal.reason_code, detail=[refusal.remark], at=at)
    return document


def file_of(document: ReceivedDocument, sheet: str | None = None, encoding: str | None = None) -> RecordFile:
    """The records of a document, looked through once and remembered. Raises TableRefused."""
    return _file(document.pk, document.digest, sheet, encoding)


def decided_mapping(
    document: ReceivedDocument, file: RecordFile, sheet: str | None, encoding: str | None
) -> dict[str, str]:
    """What the columns meant when this file was tried or imported last, read in the same way; empty before that."""
    run = ImportRun.objects.filter(document=document).order_by("-started_at", "-pk").first()
    plan = plan_of(run) if run else None
    if plan is None or (plan.sheet, plan.encoding) != (sheet, encoding):
        return {}
    return {column: field for column, field in plan.mapping.items() if column in file.columns}


def begin(
    *, actor: Actor, document: ReceivedDocument, source: Source, plan: RecordPlan, is_dry: bool, at: datetime
) -> ImportRun:
    """Decide how to read a kept file and begin; the caller queues its first chunk. The mapping is saved with the
    source, for the next file. Raises ``NotAllowed`` and ``Refused``.
    """
    file = file_of(document, plan.sheet, plan.encoding)
    check_mapping(plan.mapping, file.columns)
    if not is_dry:
        keep_mapping(actor=actor, source=source, mapping=plan.mapping, at=at)
    terms = RunTerms(
        file_name=document.filename or document.ref,
        total=file.total,
        plan=msgspec.to_builtins(plan),
        document_id=document.pk,
        is_dry=is_dry,
    )
    return start_run(actor=actor, source=source, terms=terms, at=at)


def advance(*, actor: Actor, run: ImportRun, at: datetime) -> bool:
    """Take the next chunk of a locked run in the current transaction; whether there are more.

    A process killed in between takes its chunk back with it, and the next one starts where that one started.
    """
    if run.document is None or run.state != ImportRun.State.RUNNING:
        return False
    plan = plan_of(run)
    try:
        rows = _next_rows(run, plan)
    except TableRefused as refusal:
        stop_run(actor=actor, run=run, problem=refusal.remark.code, at=at)
        return False
    if rows:
        chunk = sorted_out(rows, plan.mapping)
        run_steps.take_chunk(actor=actor, run=run, rows=chunk.incoming, refused=chunk.reasons, at=at)
    if len(rows) == CHUNK and run.rows_done != run.rows_total:
        return True
    _end(actor, run, run.document, at)
    return False


def resume(*, actor: Actor, run: ImportRun, at: datetime) -> None:
    """Go on where a locked run stopped; the caller queues its next chunk. Raises ``NotAllowed`` and ``Refused``."""
    actor.require(IMPORT, organisation_id=run.owner_id)
    if run.document is None:
        raise Refused("no_file", _("This file was read on the command line. Run the command again: it goes on."))
    run_steps.go_on(actor=actor, run=run, at=at)


def refused_rows(run: ImportRun) -> Iterator[FileRow]:
    """The rows that can't be taken, found again in the file: nothing of them needs to be stored."""
    if run.document is None:
        return
    plan = plan_of(run)
    for row in file_of(run.document, plan.sheet, plan.encoding).rows():
        yield from sorted_out([row], plan.mapping).refused


def plan_of(run: ImportRun) -> RecordPlan:
    """How a run's file is read."""
    return msgspec.convert(run.plan, RecordPlan)


class _Places:
    """Where this process stands in a file, so that each chunk need not begin at its first row."""

    at: dict[int, tuple[int, Iterator[FileRow]]] = {}


def _next_rows(run: ImportRun, plan: RecordPlan) -> list[FileRow]:
    if run.document is None:
        return []
    done, rows = _Places.at.pop(run.pk, (-1, iter(())))
    if done != run.rows_done:
        rows = iter(file_of(run.document, plan.sheet, plan.encoding).rows())
        next(islice(rows, run.rows_done, run.rows_done), None)
    taken = list(islice(rows, CHUNK))
    if len(taken) == CHUNK:
        _Places.at = {run.pk: (run.rows_done + CHUNK, rows)}
    return taken


def _end(actor: Actor, run: ImportRun, document: ReceivedDocument, at: datetime) -> None:
    end_run(actor=actor, run=run, at=at)
    if not run.is_dry:
        mark_processed(actor=actor, document=document, results=[run.ref], at=at)


@lru_cache(maxsize=2)
def _file(document_id: int, digest: str, sheet: str | None, encoding: str | None) -> RecordFile:
    """Keyed by the digest too, so that a test's or a restored database's ids mean nothing."""
    document = ReceivedDocument.objects.get(pk=document_id, digest=digest)
    return open_records(Content(document.filename, bytes(document.body)), sheet=sheet, encoding=encoding)
