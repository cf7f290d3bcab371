"""Roles: what each allows, as a matrix by module."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts.actions import RoleDetails, change_role, create_role, delete_role, reset_role
from vinloop.kernel.accounts.actions.memberships import ADMINISTRATOR
from vinloop.kernel.accounts.actions.roles import MANAGE_ROLES
from vinloop.kernel.accounts.queries import roles_with_people
from vinloop.kernel.accounts.roles import shipped_permissions
from vinloop.kernel.admin.forms import RoleForm
from vinloop.kernel.admin.module_words import module_label
from vinloop.kernel.models import Role
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row


@screen(MANAGE_ROLES)
def roles(request: ActorRequest) -> HttpResponse:
    """Every role with how many people in the reader's sight have it."""
    rows = roles_with_people(request.actor).order_by("pk")
    listing = Listing(
        key="roles",
        title=_("Roles"),
        columns=[
            Column("name", _("Role")),
            Column("level", _("For")),
            Column("people", _("People"), align="end"),
            Column("permissions", _("Permissions"), align="end"),
            Column("origin", _("Origin")),
        ],
        rows=[_row(each) for each in rows],
        address=Address.of(request),
        empty=EmptyState(_("No role yet"), icon="shield-check"),
    )
    action = Action(_("New role"), reverse("admin:role_new"), is_primary=True, icon="plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": action})


@screen(MANAGE_ROLES, methods=("GET", "POST"))
def role(request: ActorRequest, code: str) -> HttpResponse:
    """What one role allows."""
    shown = get_object_or_404(Role, code=code)
    if request.method == "POST":
        chosen, now = request.POST.getlist("permission"), timezone.now()
        word = _("The role was changed. It counts with the next click of everybody who has it.")
        attempt(request, lambda: change_role(actor=request.actor, role=shown, permissions=chosen, at=now), word)
        return redirect("admin:role", shown.code)
    is_shipped = shipped_permissions(shown.code) is not None
    context = {
        "role": shown,
        "groups": _groups(shown),
        "is_fixed": shown.code == ADMINISTRATOR,
        "can_reset": is_shipped and not shown.is_built_in,
        "can_delete": not is_shipped,
        "people_url": f"{reverse('admin:people')}?role={shown.code}",
        "crumbs": [Crumb(_("Roles"), reverse("admin:roles"))],
    }
    return render(request, "admin/role.html", context)


@screen(MANAGE_ROLES, methods=("GET", "POST"))
def role_new(request: ActorRequest) -> HttpResponse:
    """Add a role."""
    form = RoleForm(request.POST or None, initial={"level": "dealer"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        template = data.pop("copy_of")
        permissions, details, now = template.permissions if template else [], RoleDetails(**data), timezone.now()
        if carried_out(
            form, lambda: create_role(actor=request.actor, details=details, permissions=permissions, at=now)
        ):
            return redirect("admin:role", details.code.lower())
    crumbs = [Crumb(_("Roles"), reverse("admin:roles"))]
    cancel = reverse("admin:roles")
    return show_form(request, "admin/form.html", form, title=_("New role"), cancel_url=cancel, crumbs=crumbs)


@screen(MANAGE_ROLES, methods=("POST",))
def role_reset(request: ActorRequest, code: str) -> HttpResponse:
    """Back to what the role is shipped with."""
    shown = get_object_or_404(Role, code=code)
    word = _("The role is as it was shipped.")
    attempt(request, lambda: reset_role(actor=request.actor, role=shown, at=timezone.now()), word)
    return redirect("admin:role", code)


@screen(MANAGE_ROLES, methods=("POST",))
def role_delete(request: ActorRequest, code: str) -> HttpResponse:
    """Delete a role nobody has."""
    shown = get_object_or_404(Role, code=code)
    is_gone = attempt(
        request,
        lambda: delete_role(actor=request.actor, role=shown, at=timezone.now()),
        _("The role was deleted."),
    )
    return redirect("admin:roles") if is_gone else redirect("admin:role", code)


def _row(each: Role) -> Row:
    origin = cells.badge(_("Shipped"), "muted") if each.is_built_in else cells.badge(_("Adapted"), "info")
    if shipped_permissions(each.code) is None:
        origin = cells.badge(_("Your own"), "accent")
    return Row(
        reverse("admin:role", args=[each.code]),
        [
            cells.two_lines(each.label, each.code),
            each.get_level_display(),
            str(getattr(each, "people", 0)),
            str(len(each.permissions)),
            origin,
        ],
        label=each.label,
    )


def _groups(shown: Role) -> list[tuple[str, list[dict[str, object]]]]:
    """Permissions by module, in the words an administrator reads."""
    held = set(shown.permissions)
    grouped: dict[str, list[dict[str, object]]] = defaultdict(list)
    for name, label in all_permissions().items():
        grouped[name.partition(".")[0]].append({"name": name, "label": label, "is_held": name in held})
    return [(module_label(module), permissions) for module, permissions in grouped.items()]
