"""Organisations: the tree, one of them, new, changed, moved, closed."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.actions import (
    OrganisationDetails,
    change_organisation,
    close_organisation,
    create_organisation,
    move_organisation,
    reopen_organisation,
)
from vinloop.kernel.admin.actions.organisations import MANAGE, PARENT_KINDS
from vinloop.kernel.admin.forms import MoveForm, NewOrganisationForm, OrganisationForm
from vinloop.kernel.admin.pages import lines, organisations_in_sight, recent_timeline
from vinloop.kernel.models import Membership, Organisation
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Panel, Record
from vinloop.kernel.web.table_rows import Column, Row

_FORM = "admin/form.html"
_MEMBERS = 50


@screen("kernel.organisation:read")
def organisations(request: ActorRequest) -> HttpResponse:
    """The tree, as a list that can be searched."""
    address = Address.of(request)
    found = _in_sight(request, with_closed=address.get("state") == "closed")
    kind = select_filter(address, "kind", _("Kind"), Organisation.Kind.choices)
    state = select_filter(address, "state", _("State"), [("closed", pgettext("organisation", "Closed"))])
    text = address.get("q")
    if kind.value:
        found = found.filter(kind=kind.value)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text))
    page = page_of(address, found.annotate(people=Count("memberships__user", distinct=True)), ("path", "id"))
    is_tree = not (text or kind.value or state.value)
    listing = Listing(
        key="organisations",
        title=_("Organisations"),
        columns=[
            Column("name", pgettext("thing", "Name")),
            Column("kind", _("Kind")),
            Column("code", _("Code")),
            Column("people", _("People"), align="end"),
            Column("timezone", _("Time zone"), is_on_phone=False),
            Column("state", _("State")),
        ],
        rows=[_row(each, is_tree=is_tree) for each in page.rows],
        address=address,
        empty=EmptyState(_("No organisation yet"), icon="sitemap"),
        filters=[kind, state],
        search=text,
        search_hint=_("Name or code"),
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    action = Action(_("New organisation"), reverse("admin:organisation_new"), is_primary=True, icon="plus")
    context = {"listing": listing, "primary_action": action if request.actor.may(MANAGE) else None}
    return render(request, "kernel/list.html", context)


@screen("kernel.organisation:read")
def organisation(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """One organisation: its facts, its people, what changed."""
    shown = _get(request, organisation_id)
    people = Membership.objects.filter(organisation=shown).select_related("user", "role").order_by("user__username")
    record = Record(
        title=shown.label,
        ref=shown.code,
        subtitle=shown.get_kind_display(),
        crumbs=[Crumb(_("Organisations"), reverse("admin:organisations"))],
        badges=[] if shown.is_active else [cells.badge(pgettext("organisation", "Closed"), "muted")],
        actions=_actions(shown) if request.actor.may(MANAGE) else [],
        facts=[_facts(shown)],
        panels=[
            Panel(_("Organisations below"), html=_children(shown), key="below"),
            Panel(_("People"), html=_people(list(people[:_MEMBERS])), key="people"),
        ],
        timeline=recent_timeline("kernel.organisation", shown.pk),
    )
    return render(request, "admin/record.html", {"record": record})


@screen(MANAGE, methods=("GET", "POST"))
def organisation_new(request: ActorRequest) -> HttpResponse:
    """Add an organisation."""
    initial = {"parent": request.GET.get("parent") or request.actor.organisation_id}
    parents = organisations_in_sight(request.actor).exclude(kind=Organisation.Kind.PARTNER)
    form = NewOrganisationForm(request.POST or None, initial=initial, parents=parents)
    if request.method == "POST" and form.is_valid():
        kind, parent = form.cleaned_data.pop("kind"), form.cleaned_data.pop("parent")
        details = OrganisationDetails(**form.cleaned_data)
        now = timezone.now()
        made: list[Organisation] = []
        if carried_out(form, lambda: made.append(
            create_organisation(actor=request.actor, kind=kind, parent=parent, details=details, at=now)
        )):  # fmt: skip
            return redirect("admin:organisation", made[0].pk)
    crumbs = [Crumb(_("Organisations"), reverse("admin:organisations"))]
    cancel = reverse("admin:organisations")
    return show_form(request, _FORM, form, title=_("New organisation"), cancel_url=cancel, crumbs=crumbs)


@screen(MANAGE, methods=("GET", "POST"))
def organisation_edit(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Change an organisation's facts."""
    shown = _get(request, organisation_id)
    fields = ("code", "name", "name_en", "timezone", "calendar")
    form = OrganisationForm(request.POST or None, initial={field: getattr(shown, field) for field in fields})
    if request.method == "POST" and form.is_valid():
        details, now = OrganisationDetails(**form.cleaned_data), timezone.now()
        if carried_out(
            form, lambda: change_organisation(actor=request.actor, organisation=shown, details=details, at=now)
        ):
            return redirect("admin:organisation", shown.pk)
    return show_form(request, _FORM, form, title=_("Change organisation"), **_around(shown))


@screen(MANAGE, methods=("GET", "POST"))
def organisation_move(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Put an organisation elsewhere in the tree."""
    shown = _get(request, organisation_id)
    parents = organisations_in_sight(request.actor).filter(kind__in=PARENT_KINDS[shown.kind])
    parents = parents.exclude(path__startswith=shown.path)
    form = MoveForm(request.POST or None, initial={"parent": shown.parent_id}, parents=parents)
    if request.method == "POST" and form.is_valid():
        parent, now = form.cleaned_data["parent"], timezone.now()
        if carried_out(form, lambda: move_organisation(actor=request.actor, organisation=shown, parent=parent, at=now)):
            return redirect("admin:organisation", shown.pk)
    subtitle = _(
        "Everything below it moves along. The organisations above see it from now on, the former ones no longer."
    )
    return show_form(request, _FORM, form, title=_("Move"), form_subtitle=subtitle, **_around(shown))


@screen(MANAGE, methods=("POST",))
def organisation_close(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Close an organisation, or open a closed one again."""
    shown = _get(request, organisation_id)
    act = close_organisation if shown.is_active else reopen_organisation
    word = _("The organisation is closed.") if shown.is_active else _("The organisation is open again.")
    attempt(request, lambda: act(actor=request.actor, organisation=shown, at=timezone.now()), word)
    return redirect("admin:organisation", shown.pk)


def _in_sight(request: ActorRequest, *, with_closed: bool) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(is_active=not with_closed)
    return rows if request.actor.sees_all else rows.filter(pk__in=request.actor.organisation_ids or ())


def _get(request: ActorRequest, organisation_id: int) -> Organisation:
    rows = Organisation.objects.select_related("parent", "calendar")
    rows = rows if request.actor.sees_all else rows.filter(pk__in=request.actor.organisation_ids or ())
    return get_object_or_404(rows, pk=organisation_id)


def _row(each: Organisation, *, is_tree: bool) -> Row:
    depth = each.path.count("/") - 2 if is_tree else 0
    name = format_html('<span class="vl-depth" style="padding-inline-start:{}px">{}</span>', 16 * depth, each.label)
    closed = cells.badge(pgettext("organisation", "Closed"), "muted")
    state = cells.badge(_("Active"), "good") if each.is_active else closed
    people = str(getattr(each, "people", ""))
    return Row(
        reverse("admin:organisation", args=[each.pk]),
        [name, each.get_kind_display(), each.code, people, each.timezone, state],
        label=each.label,
    )


def _actions(shown: Organisation) -> list[Action]:
    args = [shown.pk]
    close = reverse("admin:organisation_close", args=args)
    actions = [Action(_("Edit"), reverse("admin:organisation_edit", args=args), is_primary=True, icon="pencil")]
    if shown.is_active and shown.kind != Organisation.Kind.PARTNER:
        new = f"{reverse('admin:organisation_new')}?parent={shown.pk}"
        actions.append(Action(_("Add one below"), new, icon="plus"))
    if shown.parent_id is None:
        return actions
    actions.append(Action(_("Move"), reverse("admin:organisation_move", args=args), icon="sitemap"))
    if shown.is_active:
        question = _("Close this organisation? Its people can no longer act for it.")
        actions.append(Action(_("Close"), close, method="post", confirm=question, icon="ban", tone="overdue"))
    else:
        actions.append(Action(_("Open again"), close, method="post", icon="refresh"))
    return actions


def _facts(shown: Organisation) -> FactGroup:
    parent = shown.parent
    above = cells.link(parent.label, reverse("admin:organisation", args=[parent.pk])) if parent else ""
    return FactGroup(
        _("Facts"),
        [
            Fact(_("Name (Chinese)"), shown.name),
            Fact(_("Name (English)"), shown.name_en),
            Fact(_("Code"), shown.code),
            Fact(_("Belongs to"), above),
            Fact(_("Time zone"), shown.timezone),
            Fact(_("Opening hours"), shown.calendar.name if shown.calendar else _("As the organisation above")),
        ],
    )


def _children(shown: Organisation) -> SafeString:
    rows = list(shown.children.order_by("-is_active", "name")[:_MEMBERS])
    if not rows:
        return format_html('<p class="vl-quiet">{}</p>', _("None."))
    links = [cells.link(each.label, reverse("admin:organisation", args=[each.pk])) for each in rows]
    return lines(links)


def _people(rows: list[Membership]) -> SafeString:
    if not rows:
        return format_html('<p class="vl-quiet">{}</p>', _("Nobody has a role here yet."))
    named = [
        format_html(
            "{} <span class='vl-sub'>{}</span>", cells.link(each.user.label, _person_url(each)), each.role.label
        )
        for each in rows
    ]
    return lines(named)


def _person_url(membership: Membership) -> str:
    return reverse("admin:person", args=[membership.user_id])


def _around(shown: Organisation) -> dict[str, object]:
    back = reverse("admin:organisation", args=[shown.pk])
    return {"cancel_url": back, "crumbs": [Crumb(shown.label, back)]}
