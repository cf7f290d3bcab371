"""Received documents are handled in the background, also those a killed process left behind."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import handle, quarantine
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.jobs import job, periodic_job
from vinloop.kernel.models import ReceivedDocument

log = logging.getLogger(__name__)
# Imports are missing here: they wait for a person to look at them.
HANDLED_AT_ONCE = ("adf", "mail")
LEFT_AFTER = timedelta(minutes=1)
BATCH = 500


@job(queue="urgent")
def handle_document(document_id: int) -> None:
    """Have one received document handled, unless that was done. What nobody foresaw goes to quarantine."""
    left = ReceivedDocument.objects.select_for_update(skip_locked=True, of=("self",))
    document = left.filter(pk=document_id, state=ReceivedDocument.State.RECEIVED).first()
    if document is None:
        return
    at, system = timezone.now(), system_actor()
    try:
        handle(actor=system, document=document, at=at)
    except OperationalError:
        raise  # a deadlock or a lost connection says nothing about the document
    except Exception:
        log.exception("document %s could not be handled", document.ref)
        why = [Remark("internal_error")]
        quarantine(actor=system, document=document, reason="internal_error", detail=why, at=at)


@periodic_job("* * * * *")
def pick_up_left_documents() -> None:
    """Queue what a process received and was killed before it could handle it."""
    before = timezone.now() - LEFT_AFTER
    left = ReceivedDocument.objects.filter(
        state=ReceivedDocument.State.RECEIVED, channel__in=HANDLED_AT_ONCE, received_at__lt=before
    )
    for document_id in left.order_by("-received_at").values_list("pk", flat=True)[:BATCH]:
        handle_document.configure(lock=f"document-{document_id}").defer(document_id=document_id)
