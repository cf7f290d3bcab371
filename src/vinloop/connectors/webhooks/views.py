"""Screens of webhooks, under ``desk/admin/webhooks/``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks import actions
from vinloop.connectors.webhooks.actions import MANAGE
from vinloop.connectors.webhooks.forms import EndpointForm
from vinloop.connectors.webhooks.words import error_words
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web import cells, times
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import BulkAction, EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row

_TONES: dict[str, cells.Tone] = {"delivered": "good", "failed": "overdue"}


@screen(MANAGE)
def webhook_list(request: ActorRequest) -> HttpResponse:
    """The endpoints in sight and how their last delivery went."""
    address = Address.of(request)
    page = page_of(address, WebhookEndpoint.objects.select_related("owner"), ("-created_at", "-id"))
    new = Action(_("New webhook"), reverse("connectors:webhook_new"), is_primary=True, icon="plus")
    listing = Listing(
        key="webhooks",
        title=_("Webhooks"),
        subtitle=_("Other programs are told what happens here, signed as Standard Webhooks."),
        columns=[
            Column("url", _("Address"), is_long=True),
            Column("kinds", _("Events")),
            Column("owner", _("Organisation")),
            Column("state", _("State")),
        ],
        rows=[_endpoint_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("No webhook yet"), _("Add the address of a program that wants to know what happens here."), "webhook"
        ),
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new})


@screen(MANAGE, methods=("GET", "POST"))
def webhook_new(request: ActorRequest) -> HttpResponse:
    """Add an endpoint; its secret is shown this once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secrets: list[str] = []

        def create() -> None:
            secrets.append(actions.create_endpoint(actor=request.actor, terms=form.terms(), at=timezone.now())[1])

        if carried_out(form, create):
            return _show_secret(request, secrets[0])
    return _form_page(request, form, _("New webhook"), reverse("connectors:webhooks"))


@screen(MANAGE, methods=("GET", "POST"))
def webhook_edit(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """Change an endpoint, or switch it off and on."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    back = reverse("connectors:webhook", args=[endpoint_id])
    form = EndpointForm(request.POST or None, initial=EndpointForm.start(endpoint))
    if request.method == "POST" and form.is_valid():

        def change() -> None:
            actions.change_endpoint(actor=request.actor, endpoint_id=endpoint_id, terms=form.terms(), at=timezone.now())

        if carried_out(form, change):
            return redirect(back)
    return _form_page(request, form, _("Edit webhook"), back)


@screen(MANAGE)
def webhook(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """One endpoint's deliveries, newest first, with what can be done."""
    endpoint = get_object_or_404(WebhookEndpoint.objects.select_related("owner"), pk=endpoint_id)
    address = Address.of(request)
    state = select_filter(address, "state", _("State"), WebhookDelivery.State.choices)
    found = WebhookDelivery.objects.filter(endpoint=endpoint)
    page = page_of(address, found.filter(state=state.value) if state.value else found, ("-created_at", "-id"))
    again = BulkAction(_("Deliver again"), reverse("connectors:webhook_replay", args=[endpoint_id]), "refresh")
    listing = Listing(
        key="webhook-deliveries",
        title=endpoint.description or endpoint.url,
        subtitle=endpoint.url,
        columns=[
            Column("kind", _("Event")),
            Column("about", _("About")),
            Column("state", _("State")),
            Column("attempts", _("Attempts"), align="end"),
            Column("answer", _("Answer")),
            Column("next", _("Next attempt"), is_on_phone=False),
            Column("at", _("When")),
        ],
        rows=[_delivery_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(_("Nothing was delivered yet"), _("Send a test to see whether it arrives."), "send"),
        filters=[state],
        next_url=page.next_url,
        previous_url=page.previous_url,
        bulk_actions=[again],
    )
    context = {"listing": listing, "endpoint": endpoint, "steps": _steps(endpoint)}
    context["crumbs"] = [Crumb(_("Webhooks"), reverse("connectors:webhooks"))]
    return render(request, "connectors/webhook.html", context)


@screen(MANAGE, methods=("POST",))
def webhook_replay(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """Deliver the chosen ones again."""
    chosen = [int(ref) for ref in request.POST.getlist("ref") if ref.isdigit()]
    rows = [get_object_or_404(WebhookDelivery, pk=pk, endpoint=endpoint_id) for pk in chosen]

    def replay() -> None:
        for row in rows:
            actions.replay_delivery(actor=request.actor, delivery_id=row.pk, at=timezone.now())

    attempt(request, replay, _("%(count)s deliveries are on their way again.") % {"count": len(rows)})
    return redirect("connectors:webhook", endpoint_id)


@screen(MANAGE, methods=("POST",))
def webhook_ping(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """Send a test."""
    return _step(request, endpoint_id, actions.ping_endpoint, _("A test is on its way."))


@screen(MANAGE, methods=("POST",))
def webhook_retire(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """End the old secrets."""
    return _step(request, endpoint_id, actions.retire_secrets, _("Only the newest secret is used from now on."))


@screen(MANAGE, methods=("POST",))
def webhook_rotate(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """Add a secret and show it this once."""
    get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    secret = actions.rotate_secret(actor=request.actor, endpoint_id=endpoint_id, at=timezone.now())
    return _show_secret(request, secret, endpoint_id)


@screen(MANAGE, methods=("POST",))
def webhook_remove(request: ActorRequest, endpoint_id: int) -> HttpResponse:
    """Remove an endpoint with its log."""
    get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    actions.remove_endpoint(actor=request.actor, endpoint_id=endpoint_id, at=timezone.now())
    return redirect("connectors:webhooks")


def _step(request: ActorRequest, endpoint_id: int, action: Callable[..., object], success: str) -> HttpResponse:
    get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    attempt(request, lambda: action(actor=request.actor, endpoint_id=endpoint_id, at=timezone.now()), success)
    return redirect("connectors:webhook", endpoint_id)


def _steps(endpoint: WebhookEndpoint) -> list[Action]:
    def url(name: str) -> str:
        return reverse(f"connectors:{name}", args=[endpoint.pk])

    steps = [
        Action(_("Send a test"), url("webhook_ping"), "post", is_primary=True, icon="send"),
        Action(_("Edit"), url("webhook_edit"), icon="pencil"),
        Action(_("New secret"), url("webhook_rotate"), "post", icon="key"),
    ]
    if len(endpoint.secrets) > 1:
        question = _("The receiver must know the newest secret by now. Go on?")
        steps.append(Action(_("End old secrets"), url("webhook_retire"), "post", confirm=question, icon="ban"))
    question = _("Remove this webhook and its log?")
    steps.append(Action(_("Remove"), url("webhook_remove"), "post", confirm=question, icon="trash", tone="overdue"))
    return steps if endpoint.is_active else steps[1:]


def _show_secret(request: ActorRequest, secret: str, endpoint_id: int | None = None) -> HttpResponse:
    back = reverse("connectors:webhook", args=[endpoint_id]) if endpoint_id else reverse("connectors:webhooks")
    return render(request, "connectors/webhook_secret.html", {"secret": secret, "back_url": back})


def _form_page(request: ActorRequest, form: EndpointForm, title: str, back: str) -> HttpResponse:
    crumbs = [Crumb(_("Webhooks"), reverse("connectors:webhooks"))]
    return show_form(request, "kernel/form.html", form, title=title, cancel_url=back, crumbs=crumbs)


def _endpoint_row(each: WebhookEndpoint) -> Row:
    state = cells.badge(_("On"), "good")
    if not each.is_active:
        state = cells.badge(_("Off: receiver gone") if each.disabled_reason else _("Off"), "muted")
    name = cells.two_lines(each.description or each.url, each.url if each.description else "")
    url = reverse("connectors:webhook", args=[each.pk])
    return Row(url, [name, ", ".join(each.kinds), each.owner.label, state], label=each.url)


def _delivery_row(each: WebhookDelivery) -> Row:
    tone = _TONES.get(each.state, "info")
    return Row(
        "",
        [
            each.kind,
            str(each.payload.get("data", {}).get("ref", "")),
            cells.badge(each.get_state_display(), tone),
            str(each.attempts),
            str(each.last_status or error_words(each.last_error)),
            times.exact(each.next_attempt_at) if each.next_attempt_at else "",
            cells.ago(each.created_at),
        ],
        ref=str(each.pk),
        label=each.kind,
    )
