"""Files of records taken in the background, one chunk per job, each queueing the next in its own transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from vinloop.connectors.senders import sender_actor
from vinloop.connectors.tabular.records.uploads import advance
from vinloop.customers.actions.runs import stop_run
from vinloop.customers.jobs import resolve_new
from vinloop.customers.models import ImportRun
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.channels import NotUnderstood
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.jobs import job
from vinloop.kernel.models import ReceivedDocument

log = logging.getLogger(__name__)
DOOR = "import"


@job(queue="imports")
def run_records(run_id: int) -> None:
    """Take one chunk as the person who uploaded the file, and queue the next. Harmless when repeated."""
    rows = ImportRun.objects.select_for_update(of=("self",)).select_related("source", "document")
    run = rows.filter(pk=run_id, state=ImportRun.State.RUNNING).first()
    if run is None or run.document is None:
        return
    try:
        sender = sender_actor(run.document, DOOR)
    except NotUnderstood as gone:
        stop_run(actor=system_actor(DOOR), run=run, problem=gone.reason, at=timezone.now())
        return
    with acting(sender):
        goes_on = _advanced(sender, run)
    if goes_on:
        run_records.defer(run_id=run_id)
    elif run.state == ImportRun.State.DONE and not run.is_dry:
        resolve_new.defer()


def _advanced(sender: Actor, run: ImportRun) -> bool:
    """Whether there are more rows. A fault ends the run, so that its page says so instead of waiting for ever; what the
    database could not do is tried again by the job.
    """
    at = timezone.now()
    try:
        with transaction.atomic():
            return advance(actor=sender, run=run, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        # Its message may hold a person's data.
        log.warning("import %s stopped after row %d: %s", run.ref, run.rows_done, type(fault).__name__)
        run.refresh_from_db()
        stop_run(actor=sender, run=run, problem="fault", at=at)
        return False


def handle_records(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str]:
    """Intake's handler: a file nobody decided on yet waits for a person."""
    raise NotUnderstood("not_decided", [Remark("table.not_decided")])
