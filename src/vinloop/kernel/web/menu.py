"""The menu: every room declares its entries in ``apps.py``; the site draws what the actor may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.permissions import known_permission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One place in the rail, or one thing in the "create" menu.

    ``permission`` is what the page behind ``url_name`` asks (``None``: any member); ``kinds`` are the kinds of
    organisation it is for (none named: all). Entries are drawn by ``position``, those of one ``group`` under its
    heading. ``counter`` is the name of a URL that answers the number of waiting things as plain text; it is asked
    by the browser, so that no page waits for it. ``also`` names pages elsewhere that belong to this entry.
    """

    key: str
    label: StrOrPromise
    url_name: str
    icon: str
    permission: str | None
    position: int
    kinds: tuple[str, ...] = ()
    group: StrOrPromise = ""
    counter: str | None = None
    also: tuple[str, ...] = ()


_menu: dict[str, MenuEntry] = {}
_create: dict[str, MenuEntry] = {}


def declare_menu(*entries: MenuEntry) -> None:
    """Add entries to the rail; an entry with a known key replaces the older one."""
    _menu.update({entry.key: entry for entry in entries})


def declare_create(*entries: MenuEntry) -> None:
    """Add entries to the menu under the key ``c``: what a person may create from any page."""
    _create.update({entry.key: entry for entry in entries})


def menu_for(actor: Actor) -> list[MenuEntry]:
    """What the actor may open, in the order of the rail. Raises ``LookupError`` for an undeclared permission."""
    return _offered(_menu.values(), actor)


def create_for(actor: Actor) -> list[MenuEntry]:
    """What the actor may create, in order."""
    return _offered(_create.values(), actor)


def menu_entries() -> list[MenuEntry]:
    """Every declared entry, of the rail and of the "create" menu."""
    return sorted([*_menu.values(), *_create.values()], key=_place)


def _offered(entries: Iterable[MenuEntry], actor: Actor) -> list[MenuEntry]:
    return sorted((entry for entry in entries if _is_for(entry, actor)), key=_place)


def _is_for(entry: MenuEntry, actor: Actor) -> bool:
    if entry.kinds and actor.organisation_kind not in entry.kinds:
        return False
    return entry.permission is None or actor.may(known_permission(entry.permission))


def _place(entry: MenuEntry) -> tuple[int, str]:
    return entry.position, entry.key
