"""Administration by programs: roles, and the permissions they are made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from django.http import Http404
from django.urls import URLPattern
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts import actions
from vinloop.kernel.accounts.actions import RoleDetails
from vinloop.kernel.accounts.actions.roles import MANAGE_ROLES
from vinloop.kernel.accounts.queries import roles_with_people
from vinloop.kernel.accounts.rank import MANAGE_PEOPLE
from vinloop.kernel.accounts.roles import shipped_permissions
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.organisations import Kind
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.models import Role
from vinloop.kernel.paging import paginate

Permissions = Annotated[list[str], msgspec.Meta(max_length=1000)]


class RolePath(msgspec.Struct, frozen=True):
    """Which role."""

    code: str


class RoleOut(msgspec.Struct, frozen=True, kw_only=True):
    """A role. ``level`` is the kind of organisation it is for; ``follows_product``: as shipped, and stays so."""

    code: str
    name: str
    name_en: str
    level: Kind
    permissions: list[str]
    is_shipped: bool
    follows_product: bool


class RoleListed(RoleOut, frozen=True, kw_only=True):
    """A role with how many people have it."""

    people: int


class RoleIn(msgspec.Struct, frozen=True, kw_only=True):
    """A role of the installation's own."""

    code: Annotated[str, msgspec.Meta(max_length=50)]
    name: Annotated[str, msgspec.Meta(max_length=100)]
    name_en: Annotated[str, msgspec.Meta(max_length=100)] = ""
    level: Kind = "dealer"
    permissions: Permissions = []


class RolePermissions(msgspec.Struct, frozen=True):
    """Everything a role allows from now on."""

    permissions: Permissions


class PermissionOut(msgspec.Struct, frozen=True):
    """A permission by name and in words of the caller's language."""

    name: str
    label: str


class RolesController(ApiController):
    """Roles."""

    tags = ("People",)

    @endpoint(MANAGE_ROLES, operation_id="listRoles")
    def get(self, parsed_query: Query[PageQuery]) -> Page[RoleListed]:
        """List roles with what they allow and how many people have them."""
        page = paginate(roles_with_people(self.actor), ("id",), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, _listed)

    @endpoint(MANAGE_ROLES, operation_id="createRole")
    def post(self, parsed_body: Body[RoleIn]) -> RoleOut:
        """Add a role; it can't allow more than the caller may do."""
        details = RoleDetails(
            code=parsed_body.code, name=parsed_body.name, name_en=parsed_body.name_en, level=parsed_body.level
        )
        made = actions.create_role(actor=self.actor, details=details, permissions=parsed_body.permissions, at=self.at)
        return _role(made)


class RoleController(ApiController):
    """One role."""

    tags = ("People",)

    @endpoint(MANAGE_ROLES, operation_id="getRole")
    def get(self, parsed_path: Path[RolePath]) -> RoleOut:
        """Read what a role allows."""
        return _role(_found(parsed_path.code))

    @endpoint(MANAGE_ROLES, operation_id="deleteRole")
    def delete(self, parsed_path: Path[RolePath]) -> RoleOut:
        """Delete a role of the installation's own that nobody has."""
        role = _found(parsed_path.code)
        shown = _role(role)
        actions.delete_role(actor=self.actor, role=role, at=self.at)
        return shown


class RolePermissionsController(ApiController):
    """What a role allows."""

    tags = ("People",)

    @endpoint(MANAGE_ROLES, operation_id="setRolePermissions")
    def put(self, parsed_path: Path[RolePath], parsed_body: Body[RolePermissions]) -> RoleOut:
        """Set what a role allows; it counts at once for everybody who has it."""
        role = _found(parsed_path.code)
        return _role(actions.change_role(actor=self.actor, role=role, permissions=parsed_body.permissions, at=self.at))


class RoleResetController(ApiController):
    """Shipped roles."""

    tags = ("People",)

    @endpoint(MANAGE_ROLES, status=200, operation_id="resetRole")
    def post(self, parsed_path: Path[RolePath]) -> RoleOut:
        """Give a shipped role back what it is shipped with."""
        return _role(actions.reset_role(actor=self.actor, role=_found(parsed_path.code), at=self.at))


class GivableRolesController(ApiController):
    """Roles to give."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="listGivableRoles")
    def get(self, parsed_query: Query[PageQuery]) -> Page[RoleOut]:
        """List the roles the caller can give to people: those that allow no more than they may do themselves."""
        rows = Role.objects.filter(permissions__contained_by=sorted(self.actor.permissions))
        return page_of(paginate(rows, ("id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _role)


class PermissionsController(ApiController):
    """Permissions."""

    tags = ("People",)

    @endpoint(MANAGE_ROLES, operation_id="listPermissions")
    def get(self) -> Page[PermissionOut]:
        """List every permission a role can be made of."""
        return Page([PermissionOut(name, str(label)) for name, label in all_permissions().items()])


def _found(code: str) -> Role:
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise Http404
    return role


def _role(role: Role) -> RoleOut:
    return RoleOut(
        code=role.code,
        name=role.name,
        name_en=role.name_en,
        level=msgspec.convert(role.level, Kind),
        permissions=list(role.permissions),
        is_shipped=shipped_permissions(role.code) is not None,
        follows_product=role.is_built_in,
    )


def _listed(role: Role) -> RoleListed:
    return RoleListed(**msgspec.structs.asdict(_role(role)), people=getattr(role, "people", 0))


urls: list[URLPattern] = [
    path("roles", RolesController.as_view(), name="roles"),
    path("roles/givable", GivableRolesController.as_view(), name="roles-givable"),
    path("roles/<str:code>", RoleController.as_view(), name="role"),
    path("roles/<str:code>/permissions", RolePermissionsController.as_view(), name="role-permissions"),
    path("roles/<str:code>/reset", RoleResetController.as_view(), name="role-reset"),
    path("permissions", PermissionsController.as_view(), name="permissions"),
]
