"""Writes: keep a table, decide how to read it, run the import, stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.senders import sender_context
from vinloop.connectors.tabular.events import ImportAdvanced, ImportEnded, ImportStarted
from vinloop.connectors.tabular.importing import (
    CHANNEL,
    Progress,
    import_chunk,
    plan_of,
    progress_of,
    table_of,
)
from vinloop.connectors.tabular.mapping import FIELDS
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, record
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document, settle
from vinloop.kernel.intake.channels import Partly
from vinloop.kernel.intake.events import about_document
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused
from vinloop.leads.actions.capture import CAPTURE

IMPORT = "leads.lead:import"
MAX_SOURCE = 60


def keep_table(*, actor: Actor, filename: str, body: bytes, at: datetime) -> ReceivedDocument:
    """Keep an uploaded file; one that is no table goes to quarantine, with the reason on the document."""
    actor.require(IMPORT)
    actor.require(CAPTURE)
    envelope = Envelope(channel=CHANNEL, filename=filename, context=sender_context(actor))
    document = receive_document(actor=actor, owner_id=actor.organisation_id, body=body, envelope=envelope, at=at)
    try:
        table_of(document)
    except TableRefused as refusal:
        quarantine(actor=actor, document=document, reason=refusal.reason_code, detail=[refusal.remark], at=at)
    return document


def start_import(*, actor: Actor, document: ReceivedDocument, plan: ImportPlan, at: datetime) -> Progress:
    """Decide how to read a table and begin; the caller queues ``advance_import``. Raises ``Refused``.

    The decision is remembered with the headers, so that the next file of the same shape is proposed the same.
    """
    actor.require(IMPORT, organisation_id=document.owner_id)
    actor.require(CAPTURE)
    running = progress_of(document)
    if running is not None and not running.is_over:
        raise Refused("running", _("This import is still running."))
    table = _readable(document, plan)
    _check(plan, table.headers)
    progress = Progress(total=len(table.rows), is_dry=plan.is_dry, is_over=not table.rows)
    document.context |= {"plan": msgspec.to_builtins(plan), "headers": table.headers}
    _keep(document, progress)
    _tell(ImportStarted(total=progress.total, is_dry=plan.is_dry), actor, document, at)
    return progress


def advance_import(*, actor: Actor, document: ReceivedDocument, at: datetime) -> bool:
    """Do the next chunk of a locked document in the current transaction; whether there are more.

    A process killed in between takes its chunk back with it, and the next one starts where it started.
    """
    plan, progress = plan_of(document), progress_of(document)
    if plan is None or progress is None or progress.is_over:
        return False
    import_chunk(actor=actor, document=document, plan=plan, progress=progress, at=at)
    _keep(document, progress)
    _tell(ImportAdvanced(done=progress.done, total=progress.total), actor, document, at)
    if progress.is_over:
        _end(actor, document, progress, at)
    return not progress.is_over


def cancel_import(*, actor: Actor, document: ReceivedDocument, at: datetime) -> None:
    """Stop a locked import before its next chunk; what was imported stays."""
    actor.require(IMPORT, organisation_id=document.owner_id)
    progress = progress_of(document)
    if progress is None or progress.is_over:
        raise Refused("over", _("This import has ended already."))
    progress.is_over = progress.is_cancelled = True
    _keep(document, progress)
    _end(actor, document, progress, at)


def _readable(document: ReceivedDocument, plan: ImportPlan) -> Any:
    try:
        return table_of(document, plan.sheet, plan.encoding)
    except TableRefused as refusal:
        raise Refused(refusal.reason_code, refusal.message) from refusal


def _check(plan: ImportPlan, headers: Sequence[str]) -> None:
    if not plan.source.strip() or len(plan.source) > MAX_SOURCE:
        raise Refused("source", _("Name the source these leads come from."), "source")
    for field, header in plan.mapping.items():
        if field not in FIELDS:
            raise Refused("unknown_field", _("There is no field “%(field)s”.") % {"field": field})
        if header not in headers:
            raise Refused("unknown_column", _("The table has no column “%(column)s”.") % {"column": header}, field)
    if not {"phone", "phone2", "email"} & plan.mapping.keys():
        raise Refused("no_contact", _("Choose the column with the phone number or the e-mail address."), "phone")
    if not plan.brand and not {"brand", "model"} & plan.mapping.keys():
        raise Refused("no_car", _("Choose the column with the brand or model, or name a brand for all rows."), "brand")


def _end(actor: Actor, document: ReceivedDocument, progress: Progress, at: datetime) -> None:
    counts = {name: getattr(progress, name) for name in ("new", "merged", "repeated", "refused", "is_dry")}
    _tell(ImportEnded(**counts), actor, document, at)
    if progress.is_dry or progress.is_cancelled:
        return
    if progress.refused:
        why = Remark("table.refused_rows", {"refused": progress.refused, "total": progress.total})
        settle(actor=actor, document=document, made=Partly([], "refused_rows", [why]), at=at)
    else:
        settle(actor=actor, document=document, made=[], at=at)


def _keep(document: ReceivedDocument, progress: Progress) -> None:
    document.context |= {"progress": msgspec.to_builtins(progress)}
    document.save(update_fields=["context"])


def _tell(fact: Fact, actor: Actor, document: ReceivedDocument, at: datetime) -> None:
    record(fact, actor=actor, subject=about_document(document), at=at)
