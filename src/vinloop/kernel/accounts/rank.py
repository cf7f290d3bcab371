"""Nobody hands out, or takes over, more than they hold themselves."""

from __future__ import annotations

from collections.abc import Collection

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.models import Membership, Organisation, Role, User

MANAGE_PEOPLE = "kernel.user:manage"
MANAGE_TOKENS = "kernel.token:manage"

# A dealer's roles also fit a service station: the same desk, without a showroom.
_FITS: dict[str, tuple[str, ...]] = {
    Organisation.Kind.DEALER: (Organisation.Kind.DEALER, Organisation.Kind.SERVICE_STATION)
}


def require_rank_over(actor: Actor, user: User, permission: str = MANAGE_PEOPLE) -> None:
    """Raise ``NotAllowed`` unless the actor may manage this person.

    They must see every organisation the person has a role in, and hold every permission the person holds: whoever
    can set a password can act as its owner. A person without any role is managed by headquarters.
    """
    actor.require(permission)
    if actor.is_system or actor.user_id == user.pk:
        return
    roles = list(Membership.objects.filter(user=user).select_related("role"))
    if not roles and not actor.sees_all:
        raise NotAllowed(permission)
    for each in roles:
        actor.require(permission, organisation_id=each.organisation_id)
        require_held(actor, each.role.permissions)


def require_held(actor: Actor, permissions: Collection[str]) -> None:
    """Raise ``NotAllowed`` naming the first of the permissions the actor does not hold."""
    if actor.is_system:
        return
    for missing in sorted(set(permissions) - actor.permissions):
        raise NotAllowed(missing)


def fits(role: Role, organisation: Organisation) -> bool:
    """Whether a role is meant for this kind of organisation."""
    return organisation.kind in _FITS.get(role.level, (role.level,))
