"""Received documents and the quarantine."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.pages import recent_timeline
from vinloop.kernel.admin.panels import body_panel, results_panel
from vinloop.kernel.intake.actions import REPLAY, dismiss, replay
from vinloop.kernel.intake.channels import all_channels, channel_named
from vinloop.kernel.intake.queries import documents as all_documents
from vinloop.kernel.intake.remarks import detail_of, reason_words, reasons_like
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import BulkAction, EmptyState, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Panel, Record
from vinloop.kernel.web.table_rows import Column, Row

READ = "kernel.intake:read"
_State = ReceivedDocument.State
_TONES: dict[str, cells.Tone] = {
    _State.RECEIVED: "info",
    _State.PROCESSED: "good",
    _State.QUARANTINED: "overdue",
    _State.DISMISSED: "muted",
}


@screen(READ)
def documents(request: ActorRequest) -> HttpResponse:
    """What arrived; the quarantine first."""
    address = Address.of(request)
    channel = select_filter(address, "channel", _("Channel"), [(each.name, each.label) for each in all_channels()])
    state = address.get("state") or _State.QUARANTINED
    found = all_documents() if state == "all" else all_documents().filter(state=state)
    text = address.get("q")
    if channel.value:
        found = found.filter(channel=channel.value)
    if text:
        found = found.filter(Q(ref__iexact=text) | Q(filename__icontains=text) | _reason_like(text))
    page = page_of(address, found, ("-received_at", "-id"))
    can_replay = request.actor.may(REPLAY) and state in (_State.QUARANTINED, _State.RECEIVED)
    listing = Listing(
        key="documents",
        title=_("Received documents"),
        subtitle=_("Everything that came from outside, as it came. What could not be understood waits in quarantine."),
        columns=[
            Column("ref", _("Reference")),
            Column("at", _("Received")),
            Column("channel", _("Channel")),
            Column("file", _("File"), is_on_phone=False),
            Column("size", _("Size"), align="end"),
            Column("state", _("State")),
            Column("reason", _("Reason")),
        ],
        rows=[_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(_("Nothing here"), _("What arrives by mail, ADF or file is listed here."), "inbox"),
        views=_views(address, str(state)),
        filters=[channel] if channel.options else [],
        search=text,
        search_hint=_("Reference, file name or reason"),
        next_url=page.next_url,
        previous_url=page.previous_url,
        bulk_actions=_bulk() if can_replay else [],
        live="live:kernel.DocumentQuarantined from:body throttle:5s",
    )
    return render(request, "kernel/list.html", {"listing": listing})


@screen(READ)
def document(request: ActorRequest, ref: str) -> HttpResponse:
    """One document: what is known about it, its content, what became of it."""
    shown = get_object_or_404(ReceivedDocument.objects.select_related("owner"), ref=ref)
    is_open = shown.state in (_State.QUARANTINED, _State.RECEIVED)
    record = Record(
        title=_("Received document"),
        ref=shown.ref,
        subtitle=shown.filename or shown.content_type,
        crumbs=[Crumb(_("Received documents"), reverse("admin:documents"))],
        badges=[cells.badge(shown.get_state_display(), _TONES[shown.state])],
        actions=_actions(shown, may_replay=is_open and request.actor.may(REPLAY)),
        facts=[_facts(shown)],
        panels=[
            Panel(_("What was made of it"), html=results_panel(shown), key="results"),
            Panel(_("Content"), html=body_panel(shown), key="content"),
        ],
        timeline=recent_timeline("kernel.document", shown.pk),
        notice=_why(shown) if is_open else "",
        notice_tone="overdue",
    )
    return render(request, "admin/record.html", {"record": record})


@screen(READ)
def document_raw(request: ActorRequest, ref: str) -> HttpResponse:
    """The bytes as they came, to be saved, never to be shown by the browser."""
    shown = get_object_or_404(ReceivedDocument, ref=ref)
    return HttpResponse(
        bytes(shown.body),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{shown.ref}.bin"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@screen(REPLAY, methods=("POST",))
def documents_replay(request: ActorRequest) -> HttpResponse:
    """Handle the chosen documents again, each for itself: one that fails stops no other."""
    for shown in _chosen(request):
        _again(request, shown)
    return redirect("admin:documents")


@screen(REPLAY, methods=("POST",))
def documents_dismiss(request: ActorRequest) -> HttpResponse:
    """Decide that nothing is to be made of the chosen documents."""
    for shown in _chosen(request):
        word = _("%(ref)s was dismissed.") % {"ref": shown}
        attempt(request, partial(dismiss, actor=request.actor, ref=shown, at=timezone.now()), word)
    return redirect("admin:documents")


@screen(REPLAY, methods=("POST",))
def document_replay(request: ActorRequest, ref: str) -> HttpResponse:
    """Handle one document again."""
    shown = get_object_or_404(ReceivedDocument.objects.only("ref"), ref=ref)
    _again(request, shown.ref)
    return redirect("admin:document", shown.ref)


@screen(REPLAY, methods=("POST",))
def document_dismiss(request: ActorRequest, ref: str) -> HttpResponse:
    """Decide that nothing is to be made of one document."""
    shown = get_object_or_404(ReceivedDocument.objects.only("ref"), ref=ref)
    word = _("%(ref)s was dismissed.") % {"ref": shown.ref}
    attempt(request, lambda: dismiss(actor=request.actor, ref=shown.ref, at=timezone.now()), word)
    return redirect("admin:document", shown.ref)


def _again(request: ActorRequest, ref: str) -> None:
    """Handle a document again, and say whether that helped: it may well end in quarantine once more."""
    try:
        with transaction.atomic():
            shown = replay(actor=request.actor, ref=ref, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return
    said = {"ref": ref, "why": _why(shown)}
    if shown.state == _State.QUARANTINED:
        messages.warning(request, _("%(ref)s was handled again and is still in quarantine. %(why)s") % said)
    else:
        messages.success(request, _("%(ref)s was handled again.") % said)


def _chosen(request: ActorRequest) -> list[str]:
    """References the actor sees; anything else in the form is passed over."""
    refs = request.POST.getlist("ref")
    return list(ReceivedDocument.objects.filter(ref__in=refs).order_by("pk").values_list("ref", flat=True))


def _why(shown: ReceivedDocument) -> str:
    reason, detail = reason_words(shown.reason), detail_of(shown)
    return _("%(what)s: %(why)s") % {"what": reason, "why": detail} if reason and detail else reason or detail


def _reason_like(text: str) -> Q:
    """By its code, or by the words the reader sees."""
    return Q(reason__icontains=text) | Q(reason__in=reasons_like(text))


def _row(each: ReceivedDocument) -> Row:
    channel = channel_named(each.channel)
    return Row(
        reverse("admin:document", args=[each.ref]),
        [
            each.ref,
            cells.ago(each.received_at),
            str(channel.label if channel else each.channel),
            each.filename or each.content_type,
            filesizeformat(each.size),
            cells.badge(each.get_state_display(), _TONES[each.state]),
            cells.two_lines(reason_words(each.reason), detail_of(each)[:80]) if each.reason else "",
        ],
        ref=each.ref,
        label=each.ref,
    )


def _views(address: Address, state: str) -> list[SavedView]:
    waiting = all_documents().filter(state=_State.QUARANTINED).count()
    tabs = [
        (_State.QUARANTINED, _("Quarantine")),
        (_State.PROCESSED, _("Processed")),
        (_State.DISMISSED, _("Dismissed")),
    ]
    views = [
        SavedView(label, address.url(state=key), key == state, waiting if key == _State.QUARANTINED else None)
        for key, label in tabs
    ]
    return [*views, SavedView(_("All"), address.url(state="all"), state == "all")]


def _actions(shown: ReceivedDocument, *, may_replay: bool) -> list[Action]:
    raw = Action(_("Save the original"), reverse("admin:document_raw", args=[shown.ref]), icon="download")
    if not may_replay:
        return [raw]
    again = reverse("admin:document_replay", args=[shown.ref])
    away = reverse("admin:document_dismiss", args=[shown.ref])
    question = _("Dismiss this document? It stays readable, but nothing is made of it.")
    return [
        Action(_("Handle again"), again, method="post", is_primary=True, icon="refresh"),
        Action(_("Dismiss"), away, method="post", confirm=question, icon="archive"),
        raw,
    ]


def _bulk() -> list[BulkAction]:
    question = _("Dismiss the selected documents?")
    return [
        BulkAction(_("Handle again"), reverse("admin:documents_replay"), "refresh"),
        BulkAction(_("Dismiss"), reverse("admin:documents_dismiss"), "archive", question),
    ]


def _facts(shown: ReceivedDocument) -> FactGroup:
    channel = channel_named(shown.channel)
    size = filesizeformat(shown.size)
    return FactGroup(
        _("Facts"),
        [
            Fact(_("Received"), cells.ago(shown.received_at)),
            Fact(_("Channel"), str(channel.label if channel else shown.channel)),
            Fact(_("Belongs to"), shown.owner.label),
            *_sender(shown),
            Fact(_("File"), shown.filename),
            Fact(_("Type"), shown.content_type),
            Fact(_("Size"), f"{size}; {_('cut off')}" if shown.is_truncated else size),
            Fact(_("SHA-256"), f"{shown.digest[:16]}…"),
            Fact(_("Handled"), cells.ago(shown.handled_at)),
        ],
    )


def _sender(shown: ReceivedDocument) -> list[Fact]:
    """Who sent a mail: by its envelope, which anybody can write, and by their log-in, which was checked."""
    said = {"sender": _("Sender"), "login": _("Logged in as")}
    return [Fact(label, str(shown.context[key])) for key, label in said.items() if shown.context.get(key)]
