"""What every page's frame shows: menu, organisations, the person. Rooms fill the menu in their ``apps.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject, lazy

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.accounts.queries import Place, places_in_reach
from vinloop.kernel.models import Organisation
from vinloop.kernel.settings import get_setting
from vinloop.kernel.web.frame import CreateEntry, Frame, OrganisationChoice
from vinloop.kernel.web.frame import MenuEntry as RailEntry
from vinloop.kernel.web.menu import MenuEntry, create_for, menu_for

# Not a view of Django's: the asynchronous application beside it answers there (vinloop.site.asgi).
_LIVE = "/live"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame: nothing is read until a template draws it, then at most two queries."""
    return {"frame": SimpleLazyObject(lambda: _frame_of(request))}


class _Choices(Sequence[OrganisationChoice]):
    """The organisations the person can switch to, read when the first template asks."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @cached_property
    def places(self) -> list[Place]:
        return places_in_reach(self._actor)

    @cached_property
    def _choices(self) -> list[OrganisationChoice]:
        return [_choice(place, self._actor) for place in self.places]

    @overload
    def __getitem__(self, index: int) -> OrganisationChoice: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[OrganisationChoice]: ...
    def __getitem__(self, index: int | slice) -> OrganisationChoice | Sequence[OrganisationChoice]:
        return self._choices[index]

    def __len__(self) -> int:
        return len(self._choices)

    def __iter__(self) -> Iterator[OrganisationChoice]:
        return iter(self._choices)

    def roles_here(self) -> str:
        """The person's roles in the organisation they act for."""
        return next((place.roles for place in self.places if place.id == self._actor.organisation_id), "")


def _frame_of(request: HttpRequest) -> Frame:
    actor = getattr(request, "actor", None)
    look: dict[str, Any] = {"brand": get_setting("kernel.brand"), "accent": get_setting("kernel.accent")}
    if not isinstance(actor, Actor) or actor.user_id is None:
        return Frame(**look)
    choices = _Choices(actor)
    return Frame(
        **look,
        **_addresses(),
        menu=_rail(request, menu_for(actor)),
        create=[CreateEntry(each.label, url, each.icon) for each in create_for(actor) if (url := _url(each.url_name))],
        organisations=choices,
        user_name=actor.name,
        user_role=lazy(choices.roles_here, str)(),
    )


def _addresses() -> dict[str, str]:
    return {
        "home_url": _url("desk") or "/",
        "search_url": _url("search"),
        "live_url": _LIVE,
        "switch_url": _url("switch_organisation"),
        "profile_url": _url("profile"),
        "security_url": _url("security"),
        "logout_url": _url("account_logout"),
    }


def _rail(request: HttpRequest, entries: Sequence[MenuEntry]) -> list[RailEntry]:
    addressed = [(entry, url) for entry in entries if (url := _url(entry.url_name))]
    active = _here(request.path, addressed)
    rail: list[RailEntry] = []
    heading = ""
    for entry, url in addressed:
        group = str(entry.group)
        rail.append(
            RailEntry(
                label=entry.label,
                url=url,
                icon=entry.icon,
                is_active=entry.key == active,
                counter_url=_url(entry.counter) if entry.counter else "",
                heading=group if group != heading else "",
            )
        )
        heading = group
    return rail


def _here(path: str, addressed: Sequence[tuple[MenuEntry, str]]) -> str:
    """The key of the entry the page belongs to: the one with the longest address the path starts with."""
    owned = ((own, entry.key) for entry, url in addressed for own in (url, *map(_url, entry.also)))
    return max(((len(own), key) for own, key in owned if own and path.startswith(own)), default=(0, ""))[1]


def _choice(place: Place, actor: Actor) -> OrganisationChoice:
    kind = Organisation.Kind(place.kind).label
    return OrganisationChoice(str(place.id), place.label, kind, is_active=place.id == actor.organisation_id)


def _url(name: str) -> str:
    """The address of a named page, empty for one that this installation does not offer."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
