"""Screens of sources, under ``desk/data/sources/``: register, look at one, and take its files in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.connectors.tabular.records import files, pages
from vinloop.connectors.tabular.records.forms import MappingForm, RecordFileForm, SourceForm
from vinloop.connectors.tabular.records.jobs import run_records
from vinloop.connectors.tabular.records.plans import RecordPlan, proposed_mapping
from vinloop.connectors.tabular.records.preview import understood
from vinloop.connectors.tabular.records.queries import flag_counts, record_count, runs, sources, unfinished
from vinloop.connectors.tabular.records.rows import RecordFile
from vinloop.connectors.tabular.records.uploads import CHANNEL, begin, decided_mapping, file_of, keep_file, resume
from vinloop.connectors.tabular.records.words import stopped_words
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.customers.actions.runs import stop_run
from vinloop.customers.actions.sources import IMPORT, MANAGE, register_source, require_open
from vinloop.customers.models import ImportRun, Source
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb

READ = "customers.source:read"


@screen(READ)
def source_list(request: ActorRequest) -> HttpResponse:
    """Systems that keep customers."""
    address = Address.of(request)
    kind = select_filter(address, "kind", _("Kind"), Source.Kind.choices)
    page = page_of(address, sources(address.get("q"), kind.value), ("code", "id"))
    new = Action(_("Register a source"), reverse("connectors:source_new"), is_primary=True, icon="plus")
    may = request.actor.may(MANAGE)
    empty = pages.no_source(may_register=may)
    listing = Listing(
        key="sources",
        title=_("Sources"),
        columns=pages.source_columns(),
        rows=[pages.source_row(each) for each in page.rows],
        address=address,
        empty=empty,
        filters=[kind],
        search=address.get("q"),
        search_hint=_("Name or code"),
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new if may else None})


@screen(MANAGE, methods=("GET", "POST"))
def source_new(request: ActorRequest) -> HttpResponse:
    """Register a source."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if Source.objects.filter(code=data["code"]).exists():
            form.add_error("code", _("A source has this code already."))
        elif carried_out(form, lambda: _register(request, form, data["code"], data["owner"], {})):
            return redirect("connectors:source", data["code"])
    return _form_page(request, form, _("Register a source"), reverse("connectors:sources"))


@screen(MANAGE, methods=("GET", "POST"))
def source_edit(request: ActorRequest, code: str) -> HttpResponse:
    """Change what is agreed about a source."""
    source = _source(code)
    form = SourceForm(request.POST or None, initial=SourceForm.start(source), source=source)

    def change() -> None:
        _register(request, form, code, source.owner, source.mapping)

    if request.method == "POST" and form.is_valid() and carried_out(form, change):
        return redirect("connectors:source", code)
    return _form_page(request, form, _("Edit source"), reverse("connectors:source", args=[code]), source=source)


@screen(READ)
def source_page(request: ActorRequest, code: str) -> HttpResponse:
    """One source: what is agreed, what is doubtful in it, and its files."""
    source, address = _source(code), Address.of(request)
    page = page_of(address, runs().filter(source=source), ("-started_at", "-id"))
    listing = Listing(
        key="source-runs",
        title=source.name,
        subtitle=source.code,
        columns=pages.run_columns(),
        rows=[pages.run_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(_("No file yet"), _("What this source sends shows here, file by file."), "file-import"),
        next_url=page.next_url,
        previous_url=page.previous_url,
        live="live:customers.RecordsAdvanced from:body throttle:2s",
    )
    context = {
        "listing": listing,
        "source": source,
        "facts": pages.source_facts(source),
        "flags": pages.flag_lines(flag_counts(source)),
        "record_words": pages.records_words(record_count(source)),
        "primary_action": pages.import_action(request.actor, source),
        "edit": pages.edit_action(request.actor, source),
        "quality_url": pages.quality_url(request.actor, source),
        "crumbs": _crumbs(),
    }
    return render(request, "connectors/source.html", context)


@screen(IMPORT, methods=("GET", "POST"))
def source_upload(request: ActorRequest, code: str) -> HttpResponse:
    """Upload a file of a source."""
    source, back = _source(code), reverse("connectors:source", args=[code])
    try:
        require_open(source)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(back)
    form = RecordFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, at = form.cleaned_data["file"], timezone.now()
        document = keep_file(actor=request.actor, source=source, filename=file.name, body=file.read(), at=at)
        if document.state != ReceivedDocument.State.QUARANTINED:
            return redirect("connectors:source_file", document.ref)
        form.add_error("file", f"{detail_of(document)} ({document.ref})")
    return _form_page(request, form, _("Import a file"), back, _("Upload"), source)


@screen(IMPORT, methods=("GET", "POST"))
def source_file(request: ActorRequest, ref: str) -> HttpResponse:
    """A kept file: what was found in it, what its columns mean, and what its rows would be understood as."""
    document = _document(ref, is_locked=request.method == "POST")
    source, address = _source(str(document.context.get("source"))), Address.of(request)
    sheet, encoding = address.get("sheet") or None, address.get("encoding") or None
    try:
        file = file_of(document, sheet, encoding)
    except TableRefused as refusal:
        messages.error(request, f"{refusal.message} ({ref})")
        # Read in another way than it was kept, it is still a file that can be read.
        is_kept = bool(sheet or encoding) and document.state != ReceivedDocument.State.QUARANTINED
        return redirect("connectors:source_file", ref) if is_kept else redirect("connectors:source", source.code)
    start = decided_mapping(document, file, sheet, encoding) or proposed_mapping(file, source)
    form = MappingForm(request.POST or None, file=file, mapping=start)
    mapping = form.mapping() if form.is_bound and form.is_valid() else start
    if form.is_bound and form.is_valid() and "look" not in request.POST:
        if run := unfinished(document):  # the button was pressed twice
            return redirect("connectors:source_run", run.ref)
        plan = RecordPlan(mapping=mapping, sheet=sheet, encoding=encoding)
        if run := _begin(request, form, document, source, plan):
            return redirect("connectors:source_run", run.ref)
    status = 422 if form.is_bound and form.errors else 200
    context = _file_context(document, source, file, form) | {"preview": understood(file, mapping, source.country)}
    return render(request, "connectors/source_file.html", context, status=status)


@screen(READ)
def source_run(request: ActorRequest, ref: str) -> HttpResponse:
    """One run: how far it is, and what it found."""
    run = _run(ref)
    state, tone = pages.run_state(run)
    may = request.actor.may(IMPORT)
    context = {
        "run": run,
        "state": state,
        "tone": tone,
        "is_running": run.state == ImportRun.State.RUNNING,
        "why": stopped_words(run.problem) if run.problem else "",
        "flags": pages.flag_lines(sorted(run.flags.items(), key=lambda each: -each[1])),
        "refusals": pages.refusal_lines(run),
        "counts": pages.run_counts(run),
        "may_import": may,
        "file_url": pages.file_url(run),
        "quality_url": pages.quality_url(request.actor, run.source),
        "crumbs": _crumbs(run.source),
    }
    return render(request, "connectors/source_run.html", context)


@screen(IMPORT, methods=("POST",))
def source_run_stop(request: ActorRequest, ref: str) -> HttpResponse:
    """Stop after the chunk at work."""
    run = _run(ref, is_locked=True)

    def stop() -> None:
        stop_run(actor=request.actor, run=run, problem="by_hand", at=timezone.now())

    attempt(request, stop, _("Stopped. What was imported stays."))
    return redirect("connectors:source_run", ref)


@screen(IMPORT, methods=("POST",))
def source_run_on(request: ActorRequest, ref: str) -> HttpResponse:
    """Go on where a run stopped."""
    run = _run(ref, is_locked=True)

    def again() -> None:
        resume(actor=request.actor, run=run, at=timezone.now())
        run_records.defer(run_id=run.pk)

    attempt(request, again, _("It goes on where it stopped."))
    return redirect("connectors:source_run", ref)


@screen(IMPORT)
def source_run_file(request: ActorRequest, ref: str, which: str) -> HttpResponse:
    """The refused rows, or the records something was doubtful about, as a file."""
    run = _run(ref)
    content = files.error_file(run) if which == "refused" else files.flagged_file(run)
    headers = {"Content-Disposition": f'attachment; filename="{run.ref}-{which}.csv"'}
    return HttpResponse(content, content_type=files.CSV, headers=headers)


def _begin(
    request: ActorRequest, form: MappingForm, document: ReceivedDocument, source: Source, plan: RecordPlan
) -> ImportRun | None:
    is_dry = "try" in request.POST
    made: list[ImportRun] = []

    def start() -> None:
        at = timezone.now()
        run = begin(actor=request.actor, document=document, source=source, plan=plan, is_dry=is_dry, at=at)
        run_records.defer(run_id=run.pk)
        made.append(run)

    return made[0] if carried_out(form, start) else None


def _register(request: ActorRequest, form: SourceForm, code: str, owner: Any, mapping: dict[str, str]) -> None:
    register_source(actor=request.actor, code=code, owner=owner, terms=form.terms(mapping), at=timezone.now())


def _source(code: str) -> Source:
    return get_object_or_404(Source.objects.select_related("owner"), code=code)


def _document(ref: str, *, is_locked: bool) -> ReceivedDocument:
    found = ReceivedDocument.objects.select_for_update(of=("self",)) if is_locked else ReceivedDocument.objects
    return get_object_or_404(found, ref=ref, channel=CHANNEL)


def _run(ref: str, *, is_locked: bool = False) -> ImportRun:
    found = runs().select_related("source", "document")
    return get_object_or_404(found.select_for_update(of=("self",)) if is_locked else found, ref=ref)


def _crumbs(source: Source | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Sources"), reverse("connectors:sources"))]
    return crumbs if source is None else [*crumbs, Crumb(source.name, reverse("connectors:source", args=[source.code]))]


def _form_page(
    request: ActorRequest, form: Any, title: str, back: str, submit: str = "", source: Source | None = None
) -> HttpResponse:
    crumbs = _crumbs(source)
    more = {"submit_label": submit} if submit else {}
    return show_form(request, "kernel/form.html", form, title=title, cancel_url=back, crumbs=crumbs, **more)


def _file_context(document: ReceivedDocument, source: Source, file: RecordFile, form: MappingForm) -> dict[str, Any]:
    return {
        "document": document,
        "source": source,
        "file": file,
        "form": form,
        "row_words": pages.rows_words(file.total),
        "encoding": pages.encoding_words(file.encoding),
        "other_encodings": pages.other_encodings(file.encoding),
        "crumbs": _crumbs(source),
    }
