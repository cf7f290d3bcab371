"""What is announced about people, roles and keys. None of it leaves by webhook, none of it holds a name."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact, Subject
from vinloop.kernel.models import ApiToken, Membership, Role, User


class _AccountFact(Fact, frozen=True):
    icon: ClassVar[str] = "user-cog"
    is_public: ClassVar[bool] = False


class UserCreated(_AccountFact, frozen=True):
    """A person was given a log-in."""

    kind: ClassVar[str] = "kernel.UserCreated"
    title: ClassVar[str | Promise] = _("Person added")
    icon: ClassVar[str] = "user-plus"


class UserChanged(_AccountFact, frozen=True):
    """Name, address or language of a person changed; ``detail`` names the fields."""

    kind: ClassVar[str] = "kernel.UserChanged"
    title: ClassVar[str | Promise] = _("Person changed")
    icon: ClassVar[str] = "user-edit"
    detail: str


class UserDisabled(_AccountFact, frozen=True):
    """A person can't log in any more; their sessions ended and their tokens stopped working."""

    kind: ClassVar[str] = "kernel.UserDisabled"
    title: ClassVar[str | Promise] = _("Person disabled")
    icon: ClassVar[str] = "user-off"


class UserEnabled(_AccountFact, frozen=True):
    """A disabled person may log in again."""

    kind: ClassVar[str] = "kernel.UserEnabled"
    title: ClassVar[str | Promise] = _("Person enabled again")
    icon: ClassVar[str] = "user-check"


class UserLoggedIn(_AccountFact, frozen=True):
    """A person logged in."""

    kind: ClassVar[str] = "kernel.UserLoggedIn"
    title: ClassVar[str | Promise] = _("Logged in")
    icon: ClassVar[str] = "login"


class LoginFailed(_AccountFact, frozen=True):
    """Somebody gave a known log-in name with a wrong password."""

    kind: ClassVar[str] = "kernel.LoginFailed"
    title: ClassVar[str | Promise] = _("Log-in failed")
    icon: ClassVar[str] = "lock"


class PasswordSet(_AccountFact, frozen=True):
    """A password was set, by the person or by an administrator; every other session ended."""

    kind: ClassVar[str] = "kernel.PasswordSet"
    title: ClassVar[str | Promise] = _("Password set")
    icon: ClassVar[str] = "password"


class SecondFactorReset(_AccountFact, frozen=True):
    """An administrator removed a person's second factor, because the phone was lost."""

    kind: ClassVar[str] = "kernel.SecondFactorReset"
    title: ClassVar[str | Promise] = _("Second factor removed by an administrator")
    icon: ClassVar[str] = "shield-lock"


class MembershipGranted(_AccountFact, frozen=True):
    """A person was given a role in an organisation."""

    kind: ClassVar[str] = "kernel.MembershipGranted"
    title: ClassVar[str | Promise] = _("Role %(role)s given in %(organisation)s")
    icon: ClassVar[str] = "user-check"
    role: str
    organisation: str


class MembershipRevoked(_AccountFact, frozen=True):
    """A role in an organisation was taken from a person."""

    kind: ClassVar[str] = "kernel.MembershipRevoked"
    title: ClassVar[str | Promise] = _("Role %(role)s taken back in %(organisation)s")
    icon: ClassVar[str] = "user-minus"
    role: str
    organisation: str


class TokenCreated(_AccountFact, frozen=True):
    """A program was given a key; ``prefix`` is its beginning."""

    kind: ClassVar[str] = "kernel.TokenCreated"
    title: ClassVar[str | Promise] = _("API token %(prefix)s… created")
    icon: ClassVar[str] = "key"
    prefix: str
    scopes: list[str]


class TokenRevoked(_AccountFact, frozen=True):
    """A program's key stopped working."""

    kind: ClassVar[str] = "kernel.TokenRevoked"
    title: ClassVar[str | Promise] = _("API token %(prefix)s… revoked")
    icon: ClassVar[str] = "key"
    prefix: str


class RoleCreated(_AccountFact, frozen=True):
    """A role was added."""

    kind: ClassVar[str] = "kernel.RoleCreated"
    title: ClassVar[str | Promise] = _("Role %(role)s added")
    icon: ClassVar[str] = "shield-check"
    role: str


class RoleChanged(_AccountFact, frozen=True):
    """What a role allows changed."""

    kind: ClassVar[str] = "kernel.RoleChanged"
    title: ClassVar[str | Promise] = _("Role %(role)s changed")
    icon: ClassVar[str] = "shield-check"
    role: str
    added: list[str]
    removed: list[str]
    detail: str


class RoleDeleted(_AccountFact, frozen=True):
    """A role nobody had any more was deleted."""

    kind: ClassVar[str] = "kernel.RoleDeleted"
    title: ClassVar[str | Promise] = _("Role %(role)s deleted")
    icon: ClassVar[str] = "trash"
    role: str


def about_user(user: User, owner_id: int) -> Subject:
    """A person as the subject of a fact, seen by the organisation the change was made in."""
    return Subject(kind="kernel.user", id=user.pk, owner_id=owner_id)


def about_membership(membership: Membership) -> Subject:
    """The person who has the role, seen by the organisation the role is in."""
    return Subject(kind="kernel.user", id=membership.user_id, owner_id=membership.organisation_id)


def about_token(token: ApiToken) -> Subject:
    """A key, seen by the organisation it acts in."""
    return Subject(kind="kernel.token", id=token.pk, owner_id=token.organisation_id, ref=token.prefix)


def about_role(role: Role, owner_id: int) -> Subject:
    """A role; roles belong to the whole installation."""
    return Subject(kind="kernel.role", id=role.pk, owner_id=owner_id, ref=role.code[:20])
