"""Administration by programs: people, what they may do where, and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.accounts import actions
from vinloop.kernel.accounts.actions import Appointment, PersonDetails
from vinloop.kernel.accounts.actions.links import send_password_link
from vinloop.kernel.accounts.queries import find_people, memberships_in_sight, people_in_sight
from vinloop.kernel.accounts.rank import MANAGE_PEOPLE
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.models import Membership, Organisation, Role, User
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused

Name = Annotated[str, msgspec.Meta(max_length=150)]
Language = Literal["zh-hans", "en"]
RoleCode = Annotated[str, msgspec.Meta(description="A role's code")]
PlaceCode = Annotated[str, msgspec.Meta(description="An organisation's code; empty: the caller's own")]


class UserQuery(PageQuery, frozen=True, kw_only=True):
    """Which people to list; without ``state`` those who can log in. ``idle``: never logged in."""

    q: Annotated[str, msgspec.Meta(description="Part of a name, user name or e-mail address")] = ""
    role: RoleCode = ""
    state: Literal["", "disabled", "idle"] = ""


class UserPath(msgspec.Struct, frozen=True):
    """Which person."""

    user_id: int


class MembershipPath(msgspec.Struct, frozen=True):
    """Which role of which person."""

    user_id: int
    membership_id: int


class MembershipOut(msgspec.Struct, frozen=True):
    """A role in an organisation, and in everything below it."""

    id: int
    role: str
    organisation: str


class UserOut(msgspec.Struct, frozen=True, kw_only=True):
    """A person with the roles the caller may see."""

    id: int
    username: str
    name: str
    name_en: str
    email: str
    phone: str
    language: str
    is_active: bool
    last_login: datetime | None
    roles: list[MembershipOut]


class UserIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new person with the first role; without ``password`` they choose one by e-mail."""

    username: Name
    name: Name
    name_en: Name = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    language: Language = "zh-hans"
    password: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    role: RoleCode
    organisation: PlaceCode = ""

    def person(self) -> PersonDetails:
        """For the action."""
        return PersonDetails(
            username=self.username,
            name=self.name,
            name_en=self.name_en,
            email=self.email,
            phone=self.phone,
            language=self.language,
        )


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    username: Name | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    email: Annotated[str, msgspec.Meta(max_length=254)] | UnsetType = UNSET
    phone: Annotated[str, msgspec.Meta(max_length=40)] | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class PasswordIn(msgspec.Struct, frozen=True):
    """A new password."""

    password: Annotated[str, msgspec.Meta(max_length=200)]


class AppointmentIn(msgspec.Struct, frozen=True):
    """A role in an organisation."""

    role: RoleCode
    organisation: PlaceCode = ""


class UsersController(ApiController):
    """People."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="listUsers")
    def get(self, parsed_query: Query[UserQuery]) -> Page[UserOut]:
        """List the people with a role in an organisation the caller sees."""
        found = find_people(self.actor, text=parsed_query.q, role=parsed_query.role, state=parsed_query.state)
        page = paginate(_with_roles(found), ("username", "id"), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, lambda user: _user(self.actor, user))

    @endpoint(MANAGE_PEOPLE, operation_id="createUser")
    def post(self, parsed_body: Body[UserIn]) -> UserOut:
        """Give a person a log-in and the first role."""
        made = actions.create_user(
            actor=self.actor,
            person=parsed_body.person(),
            password=parsed_body.password,
            appointment=_appointment(self.actor, parsed_body.role, parsed_body.organisation),
            at=self.at,
        )
        return _user(self.actor, _found(self.actor, made.pk))


class UserController(ApiController):
    """One person."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="getUser")
    def get(self, parsed_path: Path[UserPath]) -> UserOut:
        """Read what is known of a person."""
        return _user(self.actor, _found(self.actor, parsed_path.user_id))

    @endpoint(MANAGE_PEOPLE, operation_id="changeUser")
    def patch(self, parsed_path: Path[UserPath], parsed_body: Body[UserChange]) -> UserOut:
        """Change what is known of a person other than oneself."""
        user = _other(self.actor, parsed_path.user_id)
        now = {name: getattr(user, name) for name in UserChange.__struct_fields__}
        wish = {name: value for name, value in msgspec.structs.asdict(parsed_body).items() if value is not UNSET}
        actions.change_user(actor=self.actor, user=user, person=PersonDetails(**(now | wish)), at=self.at)
        return _user(self.actor, _found(self.actor, user.pk))


class DisableController(ApiController):
    """Locking out."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, status=200, operation_id="disableUser")
    def post(self, parsed_path: Path[UserPath]) -> UserOut:
        """Lock a person out at once: sessions end, tokens stop."""
        user = _found(self.actor, parsed_path.user_id)
        actions.disable_user(actor=self.actor, user=user, at=self.at)
        return _user(self.actor, _found(self.actor, user.pk))


class EnableController(ApiController):
    """Letting in again."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, status=200, operation_id="enableUser")
    def post(self, parsed_path: Path[UserPath]) -> UserOut:
        """Let a disabled person log in again."""
        user = _found(self.actor, parsed_path.user_id)
        actions.enable_user(actor=self.actor, user=user, at=self.at)
        return _user(self.actor, _found(self.actor, user.pk))


class PasswordController(ApiController):
    """Passwords."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="setUserPassword")
    def put(self, parsed_path: Path[UserPath], parsed_body: Body[PasswordIn]) -> UserOut:
        """Set the password of a person other than oneself and end their sessions."""
        user = _other(self.actor, parsed_path.user_id)
        actions.set_password(actor=self.actor, user=user, password=parsed_body.password, at=self.at)
        return _user(self.actor, _found(self.actor, user.pk))


class PasswordLinkController(ApiController):
    """Links to a new password."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, status=200, operation_id="sendPasswordLink")
    def post(self, parsed_path: Path[UserPath]) -> UserOut:
        """Mail a person the link with which they choose a new password."""
        user = _found(self.actor, parsed_path.user_id)
        send_password_link(actor=self.actor, user=user, request=self.request)
        return _user(self.actor, user)


class SecondFactorController(ApiController):
    """Second factors."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="resetSecondFactor")
    def delete(self, parsed_path: Path[UserPath]) -> UserOut:
        """Remove a lost second factor."""
        user = _found(self.actor, parsed_path.user_id)
        actions.reset_second_factor(actor=self.actor, user=user, at=self.at)
        return _user(self.actor, user)


class MembershipsController(ApiController):
    """Roles of a person."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="grantRole")
    def post(self, parsed_path: Path[UserPath], parsed_body: Body[AppointmentIn]) -> MembershipOut:
        """Give a person a role in an organisation."""
        user = _found(self.actor, parsed_path.user_id)
        chosen = _appointment(self.actor, parsed_body.role, parsed_body.organisation)
        granted = actions.grant_membership(
            actor=self.actor, user=user, role=chosen.role, organisation=chosen.organisation, at=self.at
        )
        return _membership(granted)


class MembershipController(ApiController):
    """One role of a person."""

    tags = ("People",)

    @endpoint(MANAGE_PEOPLE, operation_id="revokeRole")
    def delete(self, parsed_path: Path[MembershipPath]) -> MembershipOut:
        """Take a role back."""
        user = _found(self.actor, parsed_path.user_id)
        held = memberships_in_sight(self.actor, user).filter(pk=parsed_path.membership_id).first()
        if held is None:
            raise Http404
        shown = _membership(held)
        actions.revoke_membership(actor=self.actor, membership=held, at=self.at)
        return shown


def _with_roles(people: QuerySet[User]) -> QuerySet[User]:
    held = Membership.objects.select_related("role", "organisation").order_by("organisation__path", "role__code")
    return people.prefetch_related(Prefetch("memberships", queryset=held))


def _found(actor: Actor, user_id: int) -> User:
    user = _with_roles(people_in_sight(actor)).filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


def _other(actor: Actor, user_id: int) -> User:
    """Somebody else: with a new address or password of its owner a narrow token could become its owner."""
    if user_id == actor.user_id:
        raise Refused("own_account", _("Change your own account on its page."))
    return _found(actor, user_id)


def _appointment(actor: Actor, role: str, organisation: str) -> Appointment:
    chosen = Role.objects.filter(code=role).first()
    if chosen is None:
        raise Refused("unknown_role", _("There is no such role."), "role")
    place = Organisation.objects.filter(code=organisation) if organisation else None
    found = (place if place is not None else Organisation.objects.filter(pk=actor.organisation_id)).first()
    if found is None or not actor.sees(found.pk):
        raise Refused("unknown_organisation", _("There is no such organisation."), "organisation")
    return Appointment(chosen, found)


def _membership(held: Membership) -> MembershipOut:
    return MembershipOut(held.pk, held.role.code, held.organisation.code)


def _user(actor: Actor, user: User) -> UserOut:
    return UserOut(
        id=user.pk,
        username=user.username,
        name=user.name,
        name_en=user.name_en,
        email=user.email,
        phone=user.phone,
        language=user.language,
        is_active=user.is_active,
        last_login=user.last_login,
        roles=[_membership(held) for held in user.memberships.all() if actor.sees(held.organisation_id)],
    )


urls: list[URLPattern] = [
    path("users", UsersController.as_view(), name="users"),
    path("users/<int:user_id>", UserController.as_view(), name="user"),
    path("users/<int:user_id>/disable", DisableController.as_view(), name="user-disable"),
    path("users/<int:user_id>/enable", EnableController.as_view(), name="user-enable"),
    path("users/<int:user_id>/password", PasswordController.as_view(), name="user-password"),
    path("users/<int:user_id>/password-link", PasswordLinkController.as_view(), name="user-password-link"),
    path("users/<int:user_id>/second-factor", SecondFactorController.as_view(), name="user-second-factor"),
    path("users/<int:user_id>/roles", MembershipsController.as_view(), name="user-roles"),
    path("users/<int:user_id>/roles/<int:membership_id>", MembershipController.as_view(), name="user-role"),
]
