"""API tokens of everybody in sight."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts.actions import TokenTerms, create_token, revoke_token
from vinloop.kernel.accounts.queries import people_in_sight, tokens_in_sight
from vinloop.kernel.accounts.rank import MANAGE_TOKENS
from vinloop.kernel.admin.forms import AdminTokenForm
from vinloop.kernel.admin.pages import organisations_in_sight
from vinloop.kernel.models import ApiToken
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import BulkAction, EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row


@screen(MANAGE_TOKENS)
def tokens(request: ActorRequest) -> HttpResponse:
    """Every token with whom it acts as and when it was last used."""
    address = Address.of(request)
    state = select_filter(address, "state", _("State"), [("revoked", _("Revoked"))])
    text = address.get("q")
    found = tokens_in_sight(request.actor).filter(revoked_at__isnull=state.value != "revoked")
    if text:
        found = found.filter(Q(label__icontains=text) | Q(prefix__startswith=text) | Q(user__username__icontains=text))
    page = page_of(address, found, ("-created_at", "-id"))
    question = _("Revoke the selected tokens? The programs that use them stop working.")
    revoke = BulkAction(_("Revoke"), reverse("admin:token_revoke"), "ban", question, "overdue")
    listing = Listing(
        key="tokens",
        title=_("API tokens"),
        columns=[
            Column("token", _("Token")),
            Column("label", _("What for")),
            Column("user", _("Acts as")),
            Column("organisation", _("Acts for")),
            Column("scopes", _("May only"), is_on_phone=False),
            Column("used", _("Last used")),
            Column("state", _("State")),
        ],
        rows=[_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(_("No token yet"), _("A token lets a program act through the API."), "key"),
        filters=[state],
        search=text,
        search_hint=_("What for, user, beginning of the token"),
        next_url=page.next_url,
        previous_url=page.previous_url,
        bulk_actions=[] if state.value else [revoke],
    )
    action = Action(_("New token"), reverse("admin:token_new"), is_primary=True, icon="plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": action})


@screen(MANAGE_TOKENS, methods=("GET", "POST"))
def token_new(request: ActorRequest) -> HttpResponse:
    """Make a token for a program; shown this once."""
    scopes = [(name, str(label)) for name, label in all_permissions().items()]
    form = AdminTokenForm(
        request.POST or None,
        initial={"organisation": request.actor.organisation_id},
        organisations=organisations_in_sight(request.actor),
        scopes=scopes,
    )
    back = reverse("admin:tokens")
    if request.method == "POST" and form.is_valid():
        made: list[str] = []
        if carried_out(form, lambda: made.append(_create(request, form))):
            return render(request, "account/token_made.html", {"token": made[0], "back_url": back})
    crumbs = [Crumb(_("API tokens"), back)]
    return show_form(request, "admin/form.html", form, title=_("New API token"), cancel_url=back, crumbs=crumbs)


@screen(MANAGE_TOKENS, methods=("POST",))
def token_revoke(request: ActorRequest) -> HttpResponse:
    """Stop the selected tokens."""
    chosen = [int(ref) for ref in request.POST.getlist("ref") if ref.isdigit()]
    rows = [get_object_or_404(tokens_in_sight(request.actor), pk=pk) for pk in chosen]

    def revoke() -> None:
        for token in rows:
            revoke_token(actor=request.actor, token=token, at=timezone.now())

    attempt(request, revoke, _("%(count)s tokens no longer work.") % {"count": len(rows)})
    return redirect("admin:tokens")


def _create(request: ActorRequest, form: AdminTokenForm) -> str:
    data = form.cleaned_data
    user = people_in_sight(request.actor).filter(username=data["user"].strip().lower()).first()
    if user is None:
        raise Refused("unknown_user", _("Nobody here has this user name."), "user")
    day = data["expires_on"]
    expires_at = datetime.combine(day, time.max, tzinfo=UTC) if day else None
    terms = TokenTerms(label=data["label"], scopes=frozenset(data["scopes"]), expires_at=expires_at)
    return create_token(
        actor=request.actor, user=user, organisation=data["organisation"], terms=terms, at=timezone.now()
    )


def _row(each: ApiToken) -> Row:
    used = date_format(each.last_used_on, "Y-m-d") if each.last_used_on else _("Never used")
    scopes = _("Everything its user may") if not each.scopes else str(len(each.scopes))
    return Row(
        "",
        [f"{each.prefix}…", each.label, each.user.label, each.organisation.label, scopes, used, _state(each)],
        ref=str(each.pk),
        label=each.prefix,
    )


def _state(each: ApiToken) -> str:
    if each.revoked_at:
        return cells.badge(_("Revoked"), "muted")
    if each.expires_at and each.expires_at <= timezone.now():
        return cells.badge(_("Expired"), "muted")
    until = date_format(each.expires_at, "Y-m-d") if each.expires_at else ""
    return cells.badge(_("Valid until %(day)s") % {"day": until} if until else _("Valid"), "good")
