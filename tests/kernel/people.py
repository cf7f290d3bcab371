"""A small network with people in it, for tests of accounts and administration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.accounts.actions import Appointment, PersonDetails, create_user
from vinloop.kernel.accounts.roles import sync_roles
from vinloop.kernel.models import Organisation, Role, User

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "long-enough-to-pass-7"


@dataclass(frozen=True, slots=True)
class Network:
    """Headquarters, a region, two dealers in it and one dealer outside."""

    root: Organisation
    region: Organisation
    dealer: Organisation
    sister: Organisation
    stranger: Organisation


def make_network() -> Network:
    """Five organisations and the shipped roles."""
    sync_roles()
    root = _organisation("HQ", Organisation.Kind.MANUFACTURER, None)
    east = _organisation("EAST", Organisation.Kind.REGION, root)
    west = _organisation("WEST", Organisation.Kind.REGION, root)
    return Network(
        root=root,
        region=east,
        dealer=_organisation("D1", Organisation.Kind.DEALER, east),
        sister=_organisation("D2", Organisation.Kind.DEALER, east),
        stranger=_organisation("D3", Organisation.Kind.DEALER, west),
    )


def make_user(username: str, role: str, organisation: Organisation, *, password: str | None = PASSWORD) -> User:
    """A person with one role."""
    person = PersonDetails(username=username, name=f"{username} 姓名", email=f"{username}@example.com", language="en")
    appointment = Appointment(Role.objects.get(code=role), organisation)
    with acting(system_actor("command")) as system:
        return create_user(actor=system, person=person, password=password, at=AT, appointment=appointment)


@contextmanager
def acting_as(user: User, organisation: Organisation | None = None) -> Iterator[Actor]:
    """The user acts, in their widest organisation or the one named."""
    actor = load_actor(user, organisation_id=organisation.pk if organisation else None, door="screen")
    assert actor is not None
    with acting(actor):
        yield actor


def _organisation(code: str, kind: str, parent: Organisation | None) -> Organisation:
    made = Organisation.objects.create(code=code, kind=kind, name=f"{code} 公司", name_en=f"{code} Ltd", parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made
