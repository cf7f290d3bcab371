"""Roles given to people in organisations, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.accounts.events import MembershipGranted, MembershipRevoked, about_membership
from vinloop.kernel.accounts.queries import people_in_sight
from vinloop.kernel.accounts.rank import MANAGE_PEOPLE, fits, require_held
from vinloop.kernel.events import record
from vinloop.kernel.models import Membership, Organisation, Role, User
from vinloop.kernel.refusals import Refused

ADMINISTRATOR = "administrator"


def grant_membership(*, actor: Actor, user: User, role: Role, organisation: Organisation, at: datetime) -> Membership:
    """Give a person the actor knows a role in an organisation. Giving it twice is giving it once.

    The actor must see the organisation and hold everything the role allows.
    """
    actor.require(MANAGE_PEOPLE, organisation_id=organisation.pk)
    if not people_in_sight(actor).filter(pk=user.pk).exists():
        raise NotAllowed(MANAGE_PEOPLE, organisation.pk)
    return appoint(actor=actor, user=user, role=role, organisation=organisation, at=at)


def appoint(*, actor: Actor, user: User, role: Role, organisation: Organisation, at: datetime) -> Membership:
    """Give a role to a person the caller knows to be the actor's business, such as one just added."""
    actor.require(MANAGE_PEOPLE, organisation_id=organisation.pk)
    require_held(actor, role.permissions)
    for problem in place_problems(role, organisation):
        raise problem
    membership, is_new = Membership.objects.get_or_create(user=user, role=role, organisation=organisation)
    if is_new:
        fact = MembershipGranted(role=role.code, organisation=organisation.code)
        record(fact, actor=actor, subject=about_membership(membership), at=at)
    return membership


def place_problems(role: Role, organisation: Organisation) -> Iterator[Refused]:
    """Why nobody can have this role there."""
    if not fits(role, organisation):
        yield Refused("role_does_not_fit", _("This role is not meant for this kind of organisation."), "role")
    if not organisation.is_active:
        yield Refused("organisation_closed", _("This organisation is no longer active."), "organisation")


def revoke_membership(*, actor: Actor, membership: Membership, at: datetime) -> None:
    """Take a role back. The person loses it with their next click."""
    actor.require(MANAGE_PEOPLE, organisation_id=membership.organisation_id)
    require_held(actor, membership.role.permissions)
    if not keeps_an_administrator(without_membership=membership):
        raise Refused("last_administrator", _("This is the last administrator. Appoint another one first."))
    subject = about_membership(membership)
    fact = MembershipRevoked(role=membership.role.code, organisation=membership.organisation.code)
    deleted, _rows = Membership.objects.filter(pk=membership.pk).delete()
    if deleted:
        record(fact, actor=actor, subject=subject, at=at)


def keeps_an_administrator(*, without_user: User | None = None, without_membership: Membership | None = None) -> bool:
    """Whether somebody who can log in would still administer headquarters after the change.

    The rows are locked, so that two administrators can't remove each other at the same moment.
    """
    seats = list(
        Membership.objects.select_related("user")
        .select_for_update(of=("self", "user"))
        .filter(role__code=ADMINISTRATOR, organisation__parent__isnull=True, user__is_active=True)
        .order_by("pk")
    )
    left = [
        seat
        for seat in seats
        if (without_user is None or seat.user_id != without_user.pk)
        and (without_membership is None or seat.pk != without_membership.pk)
    ]
    return bool(left) or not seats
