"""Imports run in the background, one chunk per job, each queueing the next in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from vinloop.connectors.senders import sender_actor
from vinloop.connectors.tabular.actions import advance_import
from vinloop.connectors.tabular.importing import plan_of, progress_of
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import quarantine
from vinloop.kernel.intake.channels import NotUnderstood
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.jobs import job
from vinloop.kernel.models import ReceivedDocument

DOOR = "import"


@job(queue="imports")
def run_import(document_id: int) -> None:
    """Do one chunk as the person who uploaded the table, and queue the next. Harmless when repeated."""
    document = ReceivedDocument.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if document is None:
        return
    try:
        sender = sender_actor(document, DOOR)
    except NotUnderstood as gone:
        quarantine(
            actor=system_actor(DOOR), document=document, reason=gone.reason, detail=gone.detail, at=timezone.now()
        )
        return
    with acting(sender):
        goes_on = advance_import(actor=sender, document=document, at=timezone.now())
    if goes_on:
        run_import.defer(document_id=document_id)


def handle_table(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str]:
    """Intake's handler: run the import again in the background. Rows that were taken before are known."""
    plan, progress = plan_of(document), progress_of(document)
    if plan is None or progress is None or plan.is_dry:
        raise NotUnderstood("not_decided", [Remark("table.not_decided")])
    document.context["progress"] = {"total": progress.total}
    document.save(update_fields=["context"])
    run_import.defer(document_id=document.pk)
    return []
