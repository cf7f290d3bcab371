"""A file of source records on its way in: begun, taken chunk by chunk, ended; each chunk with how far it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.receive import IMPORT, Incoming, Received, receive_records
from vinloop.customers.actions.sources import require_open
from vinloop.customers.events import RecordsImported
from vinloop.customers.models import ImportRun, Source
from vinloop.customers.run_events import RecordsAdvanced, RecordsStopped
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.identifiers.refs import new_ref
from vinloop.kernel.jobs.declare import defer
from vinloop.kernel.refusals import Refused

CHUNK = 1_000
_PROGRESS = ("rows_done", "refused", "added", "changed", "unchanged", "flagged", "flags", "refusals")
_OVER = (ImportRun.State.DONE, ImportRun.State.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTerms:
    """What is to be taken in and how. ``plan`` is the door's own: mapping, sheet, encoding."""

    file_name: str
    total: int
    plan: Mapping[str, Any] = field(default_factory=dict)
    document_id: int | None = None
    is_dry: bool = False


def start_run(*, actor: Actor, source: Source, terms: RunTerms, at: datetime) -> ImportRun:
    """Begin to take a file in. Raises ``NotAllowed``, and ``Refused`` for a source that was closed."""
    actor.require(IMPORT, organisation_id=source.owner_id)
    require_open(source)
    return ImportRun.objects.create(
        ref=new_ref("IMP"),
        source=source,
        owner_id=source.owner_id,
        file_name=terms.file_name[:200],
        state=ImportRun.State.RUNNING,
        rows_total=terms.total,
        plan=dict(terms.plan),
        document_id=terms.document_id,
        is_dry=terms.is_dry,
        started_by=actor.user_id,
        started_at=at,
    )


def take_chunk(
    *, actor: Actor, run: ImportRun, rows: Sequence[Incoming], refused: Sequence[str], at: datetime
) -> Received:
    """Take the next rows in the current transaction; more were looked at and can't be taken, ``refused`` says why each.

    All records of a run bear the time it began, so that they are found again.
    """
    actor.require(IMPORT, organisation_id=run.owner_id)
    received = receive_records(actor=actor, source=run.source, rows=rows, at=run.started_at, is_dry=run.is_dry)
    run.rows_done += len(rows) + len(refused)
    run.refused += len(refused)
    for name in ("added", "changed", "unchanged", "flagged"):
        setattr(run, name, getattr(run, name) + getattr(received, name))
    run.flags = Counter(run.flags) + Counter(received.flags)
    run.refusals = Counter(run.refusals) + Counter(refused)
    run.save(update_fields=_PROGRESS)
    _tell(RecordsAdvanced(run=run.ref, done=run.rows_done, total=run.rows_total or 0), actor, run, at)
    return received


def require_running(run: ImportRun) -> None:
    """Hold a run's row, for who reads a file without a job behind it. Raises ``Refused`` when somebody stopped it."""
    state = ImportRun.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
    if state != ImportRun.State.RUNNING:
        raise Refused("stopped", _("Somebody stopped this import, or began it again."))


def end_run(*, actor: Actor, run: ImportRun, at: datetime) -> None:
    """The last row was taken."""
    actor.require(IMPORT, organisation_id=run.owner_id)
    run.state, run.ended_at = ImportRun.State.DONE, at
    run.save(update_fields=["state", "ended_at"])
    if not run.is_dry:
        counts = {"added": run.added, "changed": run.changed, "refused": run.refused}
        _tell(RecordsImported(source=run.source.code, run=run.ref, **counts), actor, run, at)
        defer("customers.jobs.count_quality_of", source=run.source.code)


def stop_run(*, actor: Actor, run: ImportRun, problem: str, at: datetime) -> None:
    """Stop before the next chunk; what was taken in stays. ``problem`` says why, and quotes no cell."""
    actor.require(IMPORT, organisation_id=run.owner_id)
    if run.state in _OVER:
        raise Refused("over", _("This import has ended already."))
    run.state, run.ended_at, run.problem = ImportRun.State.FAILED, at, problem[:300]
    run.save(update_fields=["state", "ended_at", "problem"])
    _tell(RecordsStopped(run=run.ref, problem=problem), actor, run, at)


def go_on(*, actor: Actor, run: ImportRun, at: datetime) -> None:
    """Take up a stopped run where it stopped. The door queues its next chunk. Raises ``NotAllowed`` and ``Refused``."""
    actor.require(IMPORT, organisation_id=run.owner_id)
    if run.state == ImportRun.State.DONE:
        raise Refused("over", _("This import has ended already."))
    if run.state != ImportRun.State.FAILED:
        raise Refused("runs", _("This import is running already."))
    require_open(run.source)
    run.state, run.ended_at, run.problem = ImportRun.State.RUNNING, None, ""
    run.save(update_fields=["state", "ended_at", "problem"])


def _tell(fact: Fact, actor: Actor, run: ImportRun, at: datetime) -> None:
    record(fact, actor=actor, subject=Subject("customers.import", run.pk, run.owner_id, run.ref), at=at)
