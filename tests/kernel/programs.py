"""A small network and the programs that call its API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.accounts.actions import TokenTerms, create_token
from vinloop.kernel.models import Membership, Organisation, Role, User

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Network:
    """Headquarters, a region with two dealers, and a dealer of another region."""

    root: Organisation
    region: Organisation
    dealer: Organisation
    sister: Organisation
    stranger: Organisation


def make_network() -> Network:
    """Six organisations, nobody in them."""
    root = _organisation("HQ", Organisation.Kind.MANUFACTURER, None)
    east = _organisation("EAST", Organisation.Kind.REGION, root)
    west = _organisation("WEST", Organisation.Kind.REGION, root)
    d1, d2 = (_organisation(code, Organisation.Kind.DEALER, east) for code in ("D1", "D2"))
    return Network(root, east, d1, d2, _organisation("D3", Organisation.Kind.DEALER, west))


def member(username: str, organisation: Organisation, *permissions: str) -> User:
    """A person whose one role holds just these permissions."""
    user = User.objects.create(username=username, name=username, password="!", language="en")
    role = Role.objects.create(
        code=f"r-{username}", name=username, level=organisation.kind, permissions=list(permissions)
    )
    Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def token_of(user: User, organisation: Organisation, **terms: Any) -> str:
    """A token of that person's own."""
    actor = load_actor(user, organisation_id=organisation.pk, door="screen")
    assert actor is not None
    with acting(actor):
        return create_token(actor=actor, user=user, organisation=organisation, terms=TokenTerms(**terms), at=AT)


def bearer(token: str, **headers: str) -> dict[str, Any]:
    """Arguments for the test client: the token, and English words."""
    return {"headers": {"Authorization": f"Bearer {token}", "Accept-Language": "en", **headers}}


def _organisation(code: str, kind: str, parent: Organisation | None) -> Organisation:
    made = Organisation.objects.create(code=code, kind=kind, name=f"{code} 公司", name_en=f"{code} Ltd", parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made
