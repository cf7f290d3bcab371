"""Roles: what each allows. They belong to the whole installation, so only headquarters changes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.validators import slug_re
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts.actions.memberships import ADMINISTRATOR
from vinloop.kernel.accounts.events import RoleChanged, RoleCreated, RoleDeleted, about_role
from vinloop.kernel.accounts.rank import require_held
from vinloop.kernel.accounts.roles import shipped_permissions
from vinloop.kernel.events import record
from vinloop.kernel.models import Organisation, Role
from vinloop.kernel.refusals import Refused

MANAGE_ROLES: Final = "kernel.role:manage"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDetails:
    """A role's names and the kind of organisation it is for."""

    code: str
    name: str
    name_en: str = ""
    level: str = Organisation.Kind.DEALER


def create_role(*, actor: Actor, details: RoleDetails, permissions: Collection[str], at: datetime) -> Role:
    """Add a role of the installation's own."""
    _require(actor, permissions)
    code = details.code.strip().lower()
    if not slug_re.fullmatch(code) or len(code) > 50:
        raise Refused("bad_code", _("Use letters, digits, dashes and underscores."), "code")
    if Role.objects.filter(code=code).exists():
        raise Refused("code_taken", _("There is a role with this code already."), "code")
    if not details.name.strip():
        raise Refused("no_name", _("Enter a name for the role."), "name")
    role = Role.objects.create(
        code=code,
        name=details.name.strip(),
        name_en=details.name_en.strip(),
        level=Organisation.Kind(details.level),
        permissions=sorted(set(permissions)),
    )
    record(RoleCreated(role=role.code), actor=actor, subject=about_role(role, actor.organisation_id), at=at)
    return role


def change_role(*, actor: Actor, role: Role, permissions: Collection[str], at: datetime) -> Role:
    """Set what a role allows. A shipped role that is changed stops following the product until it is reset.

    Whoever changes it must hold what they add. The administrator role can't be changed: it holds everything.
    """
    role = Role.objects.select_for_update().get(pk=role.pk)
    if role.code == ADMINISTRATOR:
        raise Refused("administrator_is_fixed", _("The administrator may do everything. Make another role instead."))
    added = sorted(set(permissions) - set(role.permissions))
    removed = sorted(set(role.permissions) - set(permissions))
    _require(actor, added)
    if not added and not removed:
        return role
    role.permissions = sorted(set(permissions))
    role.is_built_in = shipped_permissions(role.code) == set(permissions)
    role.save(update_fields=["permissions", "is_built_in"])
    detail = ", ".join([*(f"+ {name}" for name in added), *(f"− {name}" for name in removed)])
    fact = RoleChanged(role=role.code, added=added, removed=removed, detail=detail)
    record(fact, actor=actor, subject=about_role(role, actor.organisation_id), at=at)
    return role


def reset_role(*, actor: Actor, role: Role, at: datetime) -> Role:
    """Give a shipped role the permissions it is shipped with; it follows the product again."""
    shipped = shipped_permissions(role.code)
    if shipped is None:
        raise Refused("not_shipped", _("This role is your own; there is nothing to go back to."))
    return change_role(actor=actor, role=role, permissions=shipped, at=at)


def delete_role(*, actor: Actor, role: Role, at: datetime) -> None:
    """Delete a role of the installation's own that nobody has."""
    _require(actor, ())
    role = Role.objects.select_for_update().get(pk=role.pk)
    if shipped_permissions(role.code) is not None:
        raise Refused("shipped", _("Roles that come with the product stay. Take away what they allow instead."))
    if role.memberships.exists():
        raise Refused("role_in_use", _("People still have this role. Give them another one first."))
    record(RoleDeleted(role=role.code), actor=actor, subject=about_role(role, actor.organisation_id), at=at)
    role.delete()


def _require(actor: Actor, permissions: Collection[str]) -> None:
    actor.require(MANAGE_ROLES)
    if not actor.sees_all:
        raise NotAllowed(MANAGE_ROLES)
    if unknown := sorted(set(permissions) - all_permissions().keys()):
        raise Refused("unknown_permission", _("There is no permission %(name)s.") % {"name": unknown[0]})
    require_held(actor, permissions)
