"""What a board is about: the whole network, a region, a dealer or one consultant, if the reader may look there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from django.db.models import Q

from vinloop.kernel.access import Actor
from vinloop.kernel.caches import Remembered
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Membership, Organisation, User

READ, COMPARE = "insight.board:read", "insight.network:read"
Part = Literal["region", "dealer", "consultant"]
_KINDS = ("manufacturer", "region", "dealer")


class BoardNotFound(Exception):
    """No such organisation or consultant in the reader's sight."""


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation that has a board."""

    id: int
    code: str
    kind: str
    name: str
    name_en: str
    parent_id: int | None
    path: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True)
class BoardScope:
    """Whose figures: ``place``, and one consultant there if named. ``dealers`` are the dealers in it."""

    place: Place
    dealers: tuple[Place, ...]
    consultant: User | None = None

    @property
    def parts(self) -> Part | None:
        """What it is made of: regions, dealers or consultants; ``None`` for a single consultant."""
        if self.consultant is not None:
            return None
        parts: dict[str, Part] = {"manufacturer": "region", "region": "dealer", "dealer": "consultant"}
        return parts[self.place.kind]

    @property
    def is_network(self) -> bool:
        """Whether it is the whole network."""
        return self.place.kind == "manufacturer"

    @cached_property
    def dealer_ids(self) -> list[int]:
        """The dealers as ids."""
        return [dealer.id for dealer in self.dealers]

    def narrow(self, owner: str, consultant: str) -> Q:
        """The condition on a table whose dealer is in ``owner`` and whose consultant is in ``consultant``.

        Row-level security hides other organisations' rows besides; this makes the indexes usable.
        """
        if self.is_network:
            return Q()
        condition = Q(**{f"{owner}_id__in": self.dealer_ids})
        return condition & Q(**{f"{consultant}_id": self.consultant.pk}) if self.consultant else condition

    @property
    def address(self) -> dict[str, str]:
        """The scope as the filters of a list name it."""
        if self.is_network:
            return {}
        found = {self.place.kind: self.place.code}
        return found | {"consultant": self.consultant.username} if self.consultant else found


def scope_of(actor: Actor, code: str = "", consultant: str = "") -> BoardScope:
    """The scope named by an organisation's code, the reader's own without one.

    Raises ``BoardNotFound`` for what the reader does not see, and ``NotAllowed``: another organisation than one's
    own needs the permission to compare.
    """
    actor.require(READ)
    places = _places()
    found = places.get(code.casefold()) if code else _own(actor)
    if found is None or not actor.sees(found.id):
        raise BoardNotFound(code)
    if found.id != actor.organisation_id:
        actor.require(COMPARE)
    dealers = tuple(place for place in places.values() if place.kind == "dealer" and place.path.startswith(found.path))
    return BoardScope(found, dealers, _person(found, consultant) if consultant else None)


def may_see_parts(actor: Actor, scope: BoardScope) -> bool:
    """A dealer's own people are its own business; comparing organisations is a permission of its own."""
    return scope.parts == "consultant" or (scope.parts is not None and actor.may(COMPARE))


def division_of(actor: Actor, scope: BoardScope, owner: str, consultant: str) -> str | None:
    """The field that says to which part of the scope a row belongs; ``None`` when the reader may not see parts."""
    if not may_see_parts(actor, scope):
        return None
    fields = {"region": f"{owner}__parent_id", "dealer": f"{owner}_id", "consultant": f"{consultant}_id"}
    return fields[scope.parts or "consultant"]


def parts_of(scope: BoardScope) -> Mapping[int, tuple[str, str]]:
    """Code and name of every part, by id; at most one query. A part that has nothing yet is there, too."""
    if scope.parts == "consultant":
        people = Membership.objects.filter(organisation_id=scope.place.id, user__is_active=True)
        rows = people.filter(role__permissions__contains=["leads.lead:work"]).select_related("user")
        return {row.user_id: (row.user.username, row.user.label) for row in rows}
    if scope.parts == "region":
        return {place.id: (place.code, place.label) for place in _places().values() if place.kind == "region"}
    return {place.id: (place.code, place.label) for place in scope.dealers}


def places_above(actor: Actor, place: Place) -> list[Place]:
    """The organisations above a place which the reader sees, from the top."""
    above = (each for each in _places().values() if place.path.startswith(each.path) and each.id != place.id)
    return sorted((each for each in above if actor.sees(each.id)), key=lambda each: len(each.path))


def place_labels() -> Mapping[int, tuple[str, str]]:
    """Code and name of regions and dealers by id; for rows the reader already sees."""
    return {place.id: (place.code, place.label) for place in _places().values()}


def _own(actor: Actor) -> Place | None:
    return next((place for place in _places().values() if place.id == actor.organisation_id), None)


def _person(place: Place, username: str) -> User:
    found = User.objects.filter(username=username, memberships__organisation_id=place.id).first()
    if found is None or place.kind != "dealer":
        raise BoardNotFound(username)
    return found


def _load() -> dict[str, Place]:
    fields = ("id", "code", "kind", "name", "name_en", "parent_id", "path")
    rows: Any = Organisation.objects.filter(kind__in=_KINDS).order_by("code").values_list(*fields)
    return {row[1].casefold(): Place(*row) for row in rows}


_places = Remembered(_load)
