"""Screens of the lead import, under ``desk/leads/import/``: upload, decide, try, import, and what was refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vinloop.connectors.tabular import actions
from vinloop.connectors.tabular.actions import IMPORT
from vinloop.connectors.tabular.errors import error_file
from vinloop.connectors.tabular.forms import PlanForm, UploadForm
from vinloop.connectors.tabular.importing import CHANNEL, plan_of, progress_of, table_of
from vinloop.connectors.tabular.jobs import run_import
from vinloop.connectors.tabular.queries import imports, proposed_plan
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import Table
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, show_form
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row

PREVIEW_ROWS = 20


@screen(IMPORT)
def import_list(request: ActorRequest) -> HttpResponse:
    """Files that were uploaded, newest first."""
    address = Address.of(request)
    page = page_of(address, imports(), ("-received_at", "-id"))
    new = Action(_("Import a file"), reverse("connectors:import_new"), is_primary=True, icon="upload")
    listing = Listing(
        key="imports",
        title=_("Lead imports"),
        columns=[
            Column("file", _("File")),
            Column("state", _("State")),
            Column("rows", _("Rows"), align="end"),
            Column("new", _("New"), align="end"),
            Column("refused", _("Refused"), align="end"),
            Column("at", _("When")),
        ],
        rows=[_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("Nothing imported yet"),
            _("Lists from fairs, partners and older systems come in as CSV or Excel files."),
            "table-import",
            _("Import a file"),
            reverse("connectors:import_new"),
        ),
        next_url=page.next_url,
        previous_url=page.previous_url,
        live="live:connectors.ImportAdvanced from:body throttle:1s",
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new})


@screen(IMPORT, methods=("GET", "POST"))
def import_new(request: ActorRequest) -> HttpResponse:
    """Upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        document = actions.keep_table(actor=request.actor, filename=file.name, body=file.read(), at=timezone.now())
        if document.state != ReceivedDocument.State.QUARANTINED:
            return redirect("connectors:import", document.ref)
        form.add_error("file", f"{detail_of(document)} ({document.ref})")
    back = reverse("connectors:imports")
    crumbs = [Crumb(_("Lead imports"), back)]
    return show_form(
        request,
        "kernel/form.html",
        form,
        title=_("Import a file"),
        cancel_url=back,
        crumbs=crumbs,
        submit_label=_("Upload"),
    )


@screen(IMPORT, methods=("GET", "POST"))
def import_page(request: ActorRequest, ref: str) -> HttpResponse:
    """One file: what its columns mean, then how the import goes and went."""
    document = _document(ref, is_locked=request.method == "POST")
    address = Address.of(request)
    sheet, encoding = address.get("sheet") or None, address.get("encoding") or None
    try:
        table = table_of(document, sheet, encoding)
    except TableRefused as refusal:
        return _unreadable(request, document, refusal)
    plan = plan_of(document) or proposed_plan(table.headers)
    form = PlanForm(request.POST or None, headers=table.headers, plan=plan)
    if request.method == "POST" and form.is_valid() and _start(request, document, form, (sheet, encoding)):
        return redirect("connectors:import", ref)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "connectors/import.html", _context(document, table, form), status=status)


@screen(IMPORT, methods=("POST",))
def import_cancel(request: ActorRequest, ref: str) -> HttpResponse:
    """Stop after the chunk at work."""
    document = _document(ref, is_locked=True)

    def cancel() -> None:
        actions.cancel_import(actor=request.actor, document=document, at=timezone.now())

    attempt(request, cancel, _("Stopped. What was imported stays."))
    return redirect("connectors:import", ref)


@screen(IMPORT)
def import_errors(request: ActorRequest, ref: str, file_format: str) -> HttpResponse:
    """The refused rows with the reasons, to be corrected and imported again."""
    document = _document(ref)
    plan = plan_of(document)
    if plan is None or file_format not in ("csv", "xlsx"):
        raise Http404
    content, content_type = error_file(document, plan, file_format)
    headers = {"Content-Disposition": f'attachment; filename="{document.ref}-refused.{file_format}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _start(request: ActorRequest, document: ReceivedDocument, form: PlanForm, read_as: tuple[Any, Any]) -> bool:
    plan = form.plan(sheet=read_as[0], encoding=read_as[1], is_dry="try" in request.POST)
    try:
        actions.start_import(actor=request.actor, document=document, plan=plan, at=timezone.now())
    except Refused as refusal:
        form.show(str(refusal.message), refusal.field)
        return False
    run_import.defer(document_id=document.pk)
    return True


def _document(ref: str, *, is_locked: bool = False) -> ReceivedDocument:
    found = ReceivedDocument.objects.select_for_update(of=("self",)) if is_locked else ReceivedDocument.objects.all()
    return get_object_or_404(found, ref=ref, channel=CHANNEL)


def _unreadable(request: ActorRequest, document: ReceivedDocument, refusal: TableRefused) -> HttpResponse:
    messages.error(request, f"{refusal.message} ({document.ref})")
    return redirect("connectors:imports")


def _context(document: ReceivedDocument, table: Table, form: PlanForm) -> dict[str, Any]:
    progress = progress_of(document)
    is_done = document.state != ReceivedDocument.State.RECEIVED
    return {
        "document": document,
        "table": table,
        "row_count": number_format(len(table.rows), force_grouping=True),
        "preview": table.rows[:PREVIEW_ROWS],
        "form": form,
        "progress": progress,
        "is_running": progress is not None and not progress.is_over,
        "is_done": is_done and progress is not None,
        "crumbs": [Crumb(_("Lead imports"), reverse("connectors:imports"))],
    }


def _row(document: ReceivedDocument) -> Row:
    progress = progress_of(document)
    counts = ["", "", ""]
    if progress is not None:
        counts = [f"{progress.done}/{progress.total}", str(progress.new), str(progress.refused)]
    label, tone = _state(document)
    name = cells.two_lines(document.filename or document.ref, document.ref)
    url = reverse("connectors:import", args=[document.ref])
    return Row(url, [name, cells.badge(label, tone), *counts, cells.ago(document.received_at)], label=document.ref)


def _state(document: ReceivedDocument) -> tuple[str, cells.Tone]:
    progress = progress_of(document)
    if progress is None:
        is_refused = document.state == ReceivedDocument.State.QUARANTINED
        return (_("Not a table"), "overdue") if is_refused else (_("Not started"), "muted")
    if not progress.is_over:
        return _("Running"), "info"
    if progress.is_cancelled:
        return _("Stopped"), "muted"
    if progress.is_dry:
        return _("Tried"), "neutral"
    return (_("Done, some rows refused"), "soon") if progress.refused else (_("Done"), "good")
