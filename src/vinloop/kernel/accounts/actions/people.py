"""People: added, changed, locked out and let in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.accounts.actions.memberships import appoint, keeps_an_administrator
from vinloop.kernel.accounts.events import (
    PasswordSet,
    SecondFactorReset,
    UserChanged,
    UserCreated,
    UserDisabled,
    UserEnabled,
    about_user,
)
from vinloop.kernel.accounts.person_details import PersonDetails, in_stored_spelling, password_problems, problems_of
from vinloop.kernel.accounts.rank import MANAGE_PEOPLE, require_rank_over
from vinloop.kernel.events import Fact, record
from vinloop.kernel.models import Organisation, Role, User
from vinloop.kernel.refusals import Refused

_FIELDS = ("username", "email", "name", "name_en", "phone", "language")


@dataclass(frozen=True, slots=True)
class Appointment:
    """A role in an organisation."""

    role: Role
    organisation: Organisation


def create_user(
    *, actor: Actor, person: PersonDetails, password: str | None, at: datetime, appointment: Appointment | None = None
) -> User:
    """Give a person a log-in, and with ``appointment`` their first role.

    Without a password nobody can log in until one is set, by the person through the reset mail or by an
    administrator. Outside headquarters the first role is needed: without it the person would belong to nobody.
    """
    actor.require(MANAGE_PEOPLE)
    if appointment is None and not actor.sees_all:
        raise NotAllowed(MANAGE_PEOPLE)
    details = _checked(person, None)
    user = User(**{field: getattr(details, field) for field in _FIELDS})
    _put_password(user, password)
    _save(user)
    record(UserCreated(), actor=actor, subject=about_user(user, _place_of(actor, appointment)), at=at)
    if appointment is not None:
        appoint(actor=actor, user=user, role=appointment.role, organisation=appointment.organisation, at=at)
    return user


def change_user(*, actor: Actor, user: User, person: PersonDetails, at: datetime) -> User:
    """Change what is known of a person. They may do so themselves, except for the log-in name."""
    if actor.user_id != user.pk:
        require_rank_over(actor, user)
    elif person.username != user.username:
        actor.require(MANAGE_PEOPLE)
    details = _checked(person, user)
    changed = [field for field in _FIELDS if getattr(user, field) != getattr(details, field)]
    if not changed:
        return user
    for field in changed:
        setattr(user, field, getattr(details, field))
    _save(user)
    _tell(UserChanged(detail=", ".join(changed)), actor, user, at)
    return user


def set_password(*, actor: Actor, user: User, password: str, at: datetime) -> None:
    """Set somebody's password and end their other sessions. The person's own screen asks for the old one first."""
    if actor.user_id != user.pk:
        require_rank_over(actor, user)
    _put_password(user, password)
    user.save(update_fields=["password"])
    if actor.user_id != user.pk:
        _end_sessions(user)
    _tell(PasswordSet(), actor, user, at)


def disable_user(*, actor: Actor, user: User, at: datetime) -> None:
    """Lock a person out at once: sessions end, tokens stop. What they did stays under their name."""
    require_rank_over(actor, user)
    if actor.user_id == user.pk:
        raise Refused("own_account", _("You cannot disable yourself. Ask another administrator."))
    if not keeps_an_administrator(without_user=user):
        raise Refused("last_administrator", _("This is the last administrator. Appoint another one first."))
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    _end_sessions(user)
    _tell(UserDisabled(), actor, user, at)


def enable_user(*, actor: Actor, user: User, at: datetime) -> None:
    """Let a disabled person log in again, with the roles they have."""
    require_rank_over(actor, user)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        _tell(UserEnabled(), actor, user, at)


def reset_second_factor(*, actor: Actor, user: User, at: datetime) -> None:
    """Remove a lost second factor, so that the person can log in with the password and set up a new one."""
    require_rank_over(actor, user)
    if actor.user_id == user.pk:
        raise Refused("own_account", _("Change your own second factor under Security."))
    deleted, _rows = Authenticator.objects.filter(user=user).delete()
    if deleted:
        _end_sessions(user)
        _tell(SecondFactorReset(), actor, user, at)


def _tell(fact: Fact, actor: Actor, user: User, at: datetime) -> None:
    record(fact, actor=actor, subject=about_user(user, actor.organisation_id), at=at)


def _place_of(actor: Actor, appointment: Appointment | None) -> int:
    return appointment.organisation.pk if appointment else actor.organisation_id


def _checked(person: PersonDetails, user: User | None) -> PersonDetails:
    """The details in their stored spelling. Raises ``Refused``."""
    for problem in problems_of(person, user):
        raise problem
    return in_stored_spelling(person)


def _put_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    for problem in password_problems(password, user):
        raise problem
    user.set_password(password)


def _save(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Refused("username_taken", _("Somebody else has this log-in name."), "username") from error


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
