"""People: the list, one of them, new, changed, with which roles where, locked out and helped in again."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.accounts.actions import (
    Appointment,
    PersonDetails,
    change_user,
    create_user,
    disable_user,
    enable_user,
    grant_membership,
    reset_second_factor,
    revoke_membership,
    set_password,
)
from vinloop.kernel.accounts.actions.links import send_password_link
from vinloop.kernel.accounts.queries import find_people, memberships_in_sight, people_in_sight
from vinloop.kernel.accounts.rank import MANAGE_PEOPLE
from vinloop.kernel.admin.forms import AppointmentForm, NewPersonForm, PasswordForm, PersonForm
from vinloop.kernel.admin.pages import organisations_in_sight, recent_timeline
from vinloop.kernel.models import Membership, Role, User
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Panel, Record
from vinloop.kernel.web.table_rows import Column, Row

_FORM = "admin/form.html"
_FIELDS = ("username", "name", "name_en", "email", "phone", "language")


@screen(MANAGE_PEOPLE)
def people(request: ActorRequest) -> HttpResponse:
    """Everybody the administrator may see."""
    address = Address.of(request)
    role = select_filter(address, "role", _("Role"), [(each.code, each.label) for each in Role.objects.order_by("pk")])
    state = select_filter(address, "state", _("State"), [("disabled", _("Disabled")), ("idle", _("Never logged in"))])
    found = find_people(request.actor, text=address.get("q"), role=role.value, state=state.value)
    visible = Prefetch("memberships", queryset=Membership.objects.select_related("role", "organisation"))
    page = page_of(address, found.prefetch_related(visible), ("username", "id"))
    listing = Listing(
        key="people",
        title=_("People"),
        columns=[
            Column("name", _("Name")),
            Column("roles", _("Roles")),
            Column("email", _("E-mail address"), is_on_phone=False),
            Column("seen", _("Last log-in")),
            Column("state", _("State")),
        ],
        rows=[_row(each, request) for each in page.rows],
        address=address,
        empty=EmptyState(_("No people yet"), _("Add the first person."), "user-plus"),
        filters=[role, state],
        search=address.get("q"),
        search_hint=_("Name, user name or e-mail"),
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    action = Action(_("Add person"), reverse("admin:person_new"), is_primary=True, icon="user-plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": action})


@screen(MANAGE_PEOPLE)
def person(request: ActorRequest, user_id: int) -> HttpResponse:
    """One person: facts, roles, log-in, what changed."""
    shown = _get(request, user_id)
    record = Record(
        title=shown.label,
        ref=shown.username,
        crumbs=[Crumb(_("People"), reverse("admin:people"))],
        badges=[] if shown.is_active else [cells.badge(_("Disabled"), "overdue", "user-off")],
        actions=_actions(shown, has_factor=is_mfa_enabled(shown)),
        facts=[_facts(shown)],
        panels=[Panel(_("Roles"), html=_roles_panel(request, shown), key="roles")],
        timeline=recent_timeline("kernel.user", shown.pk),
    )
    return render(request, "admin/record.html", {"record": record})


@screen(MANAGE_PEOPLE, methods=("GET", "POST"))
def person_new(request: ActorRequest) -> HttpResponse:
    """Add a person with a first role."""
    initial = {"organisation": request.actor.organisation_id, "language": request.actor.language}
    form = NewPersonForm(request.POST or None, initial=initial, **_offers(request))
    if request.method == "POST" and form.is_valid():
        made: list[User] = []
        if carried_out(form, lambda: made.append(_create(request, form))):
            messages.success(request, _("%(name)s was added.") % {"name": made[0].label})
            return redirect("admin:person", made[0].pk)
    crumbs = [Crumb(_("People"), reverse("admin:people"))]
    return show_form(request, _FORM, form, title=_("Add person"), cancel_url=reverse("admin:people"), crumbs=crumbs)


@screen(MANAGE_PEOPLE, methods=("GET", "POST"))
def person_edit(request: ActorRequest, user_id: int) -> HttpResponse:
    """Change what is known of a person."""
    shown = _get(request, user_id)
    form = PersonForm(request.POST or None, user=shown, initial={field: getattr(shown, field) for field in _FIELDS})
    if request.method == "POST" and form.is_valid():
        details, now = PersonDetails(**form.cleaned_data), timezone.now()
        if carried_out(form, lambda: change_user(actor=request.actor, user=shown, person=details, at=now)):
            return redirect("admin:person", shown.pk)
    return show_form(request, _FORM, form, title=_("Change person"), **_around(shown))


@screen(MANAGE_PEOPLE, methods=("GET", "POST"))
def person_password(request: ActorRequest, user_id: int) -> HttpResponse:
    """Set somebody's password."""
    shown = _get(request, user_id)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password, now = form.cleaned_data["password"], timezone.now()
        if carried_out(form, lambda: set_password(actor=request.actor, user=shown, password=password, at=now)):
            messages.success(request, _("The new password is set."))
            return redirect("admin:person", shown.pk)
    return show_form(request, _FORM, form, title=_("Set password"), **_around(shown))


@screen(MANAGE_PEOPLE, methods=("POST",))
def person_send_link(request: ActorRequest, user_id: int) -> HttpResponse:
    """Mail a person the link with which they choose a new password."""
    shown = _get(request, user_id)
    words = _("The link is on its way to %(email)s.") % {"email": shown.email}
    attempt(request, lambda: send_password_link(actor=request.actor, user=shown, request=request), words)
    return redirect("admin:person", shown.pk)


@screen(MANAGE_PEOPLE, methods=("POST",))
def person_disable(request: ActorRequest, user_id: int) -> HttpResponse:
    """Lock a person out, or let them in again."""
    shown = _get(request, user_id)
    act = disable_user if shown.is_active else enable_user
    word = _("%(name)s can no longer log in.") if shown.is_active else _("%(name)s can log in again.")
    attempt(request, lambda: act(actor=request.actor, user=shown, at=timezone.now()), word % {"name": shown.label})
    return redirect("admin:person", shown.pk)


@screen(MANAGE_PEOPLE, methods=("POST",))
def person_factor(request: ActorRequest, user_id: int) -> HttpResponse:
    """Remove a lost second factor."""
    shown = _get(request, user_id)
    word = _("The second factor is removed. The password is enough until a new one is set up.")
    attempt(request, lambda: reset_second_factor(actor=request.actor, user=shown, at=timezone.now()), word)
    return redirect("admin:person", shown.pk)


@screen(MANAGE_PEOPLE, methods=("GET", "POST"))
def person_role(request: ActorRequest, user_id: int) -> HttpResponse:
    """Give a person one more role."""
    shown = _get(request, user_id)
    initial = {"organisation": request.actor.organisation_id}
    form = AppointmentForm(request.POST or None, initial=initial, **_offers(request))
    if request.method == "POST" and form.is_valid():
        chosen, now = form.cleaned_data, timezone.now()
        if carried_out(form, lambda: grant_membership(actor=request.actor, user=shown, at=now, **chosen)):
            return redirect("admin:person", shown.pk)
    return show_form(request, _FORM, form, title=_("Assign a role"), **_around(shown))


@screen(MANAGE_PEOPLE, methods=("POST",))
def person_role_revoke(request: ActorRequest, user_id: int, membership_id: int) -> HttpResponse:
    """Take a role back."""
    shown = _get(request, user_id)
    membership = get_object_or_404(memberships_in_sight(request.actor, shown), pk=membership_id)
    word = _("The role was taken back.")
    attempt(request, lambda: revoke_membership(actor=request.actor, membership=membership, at=timezone.now()), word)
    if people_in_sight(request.actor).filter(pk=shown.pk).exists():
        return redirect("admin:person", shown.pk)
    return redirect("admin:people")


def _get(request: ActorRequest, user_id: int) -> User:
    return get_object_or_404(people_in_sight(request.actor), pk=user_id)


def _create(request: ActorRequest, form: NewPersonForm) -> User:
    data = form.cleaned_data
    return create_user(
        actor=request.actor,
        person=PersonDetails(**{field: data[field] for field in _FIELDS}),
        password=data["password"] or None,
        appointment=Appointment(data["role"], data["organisation"]),
        at=timezone.now(),
    )


def _offers(request: ActorRequest) -> dict[str, Any]:
    """Roles which hold no more than the actor does, and organisations in sight: others would be refused anyway."""
    roles = Role.objects.order_by("pk")
    if not request.actor.is_system:
        roles = roles.filter(permissions__contained_by=sorted(request.actor.permissions))
    return {"roles": roles, "organisations": organisations_in_sight(request.actor)}


def _row(each: User, request: ActorRequest) -> Row:
    roles = [m for m in each.memberships.all() if request.actor.sees(m.organisation_id)]
    words = "; ".join(f"{m.role.label}, {m.organisation.label}" for m in roles[:3])
    more = f" +{len(roles) - 3}" if len(roles) > 3 else ""
    state = cells.badge(_("Active"), "good") if each.is_active else cells.badge(_("Disabled"), "muted")
    return Row(
        reverse("admin:person", args=[each.pk]),
        [cells.two_lines(each.label, each.username), words + more, each.email, cells.ago(each.last_login), state],
        label=each.label,
    )


def _facts(shown: User) -> FactGroup:
    return FactGroup(
        _("Facts"),
        [
            Fact(_("Name"), shown.name),
            Fact(_("Name in Latin letters"), shown.name_en),
            Fact(_("User name"), shown.username),
            Fact(_("E-mail address"), shown.email),
            Fact(_("Phone"), cells.phone(shown.phone)),
            Fact(_("Language"), shown.get_language_display()),
            Fact(_("Last log-in"), cells.ago(shown.last_login)),
        ],
    )


def _actions(shown: User, *, has_factor: bool) -> list[Action]:
    def to(name: str) -> str:
        return reverse(f"admin:{name}", args=[shown.pk])

    actions = [
        Action(_("Edit"), to("person_edit"), is_primary=True, icon="pencil"),
        Action(_("Assign a role"), to("person_role"), icon="user-check"),
        Action(_("Set password"), to("person_password"), icon="password"),
        Action(_("Mail a link for a new password"), to("person_send_link"), method="post", icon="mail"),
    ]
    if has_factor:
        question = _("Remove the second factor? Do it only if you are sure who asks.")
        actions.append(
            Action(_("Remove second factor"), to("person_factor"), method="post", confirm=question, icon="shield-lock")
        )
    if shown.is_active:
        ask = _("Disable this person? Their sessions end and their tokens stop at once.")
        off = Action(_("Disable"), to("person_disable"), method="post", confirm=ask, icon="user-off", tone="overdue")
        return [*actions, off]
    return [*actions, Action(_("Enable again"), to("person_disable"), method="post", icon="user-check")]


def _roles_panel(request: ActorRequest, shown: User) -> str:
    rows = memberships_in_sight(request.actor, shown)
    return render_to_string("admin/_person_roles.html", {"memberships": rows, "person": shown}, request)


def _around(shown: User) -> dict[str, object]:
    back = reverse("admin:person", args=[shown.pk])
    return {"cancel_url": back, "crumbs": [Crumb(_("People"), reverse("admin:people")), Crumb(shown.label, back)]}
