"""The search over everything: each room says in ``apps.py`` how it finds its things; one page shows them all.

A reference typed in full (``L-7K3QX9MD``), a VIN or another word that names one thing alone leads straight to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _now

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.search import looking_up
from vinloop.kernel.web.table_rows import Column, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 10
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Found:
    """What one room found: its first rows, and where all of them are listed (empty: there are no more).

    ``jump_url`` is set when the text names one thing alone: the reader is led straight there.
    """

    rows: Sequence[Row]
    more_url: str = ""
    jump_url: str = ""


@dataclass(frozen=True, slots=True)
class Finder:
    """One room's part of the search. ``find`` is asked for the actor with the text, within their scope.

    ``kinds`` are the kinds of objects it looks up in the search index: the page looks up those of all rooms at once.
    """

    key: str
    title: StrOrPromise
    columns: Sequence[Column]
    find: Callable[[Actor, str], Found]
    permission: str
    position: int = 50
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One room's part of the page."""

    finder: Finder
    found: Found

    @property
    def table(self) -> list[tuple[Row, list[tuple[Column, object]]]]:
        """Each row with its cells paired with their columns."""
        return [(row, list(zip(self.finder.columns, row.cells, strict=True))) for row in self.found.rows]


_finders: dict[str, Finder] = {}


def declare_finder(finder: Finder) -> None:
    """Add a room to the search; one with a known key replaces the older one."""
    _finders[finder.key] = finder


@screen(None)
def search(request: ActorRequest) -> HttpResponse:
    """Everything the actor may see that answers to a text."""
    text = _asked(request.GET.get("q", ""))
    sections = look_up(request.actor, text)
    jump = next((each.found.jump_url for each in sections if each.found.jump_url), "")
    if jump:
        return HttpResponseRedirect(jump)
    shown = [each for each in sections if each.found.rows]
    title = _now("Search") if not text else _now("Search: %(text)s") % {"text": text}
    context = {"sections": shown, "text": text, "title": title}
    return render(request, "kernel/search.html", context)


def look_up(actor: Actor, text: str) -> list[Section]:
    """What each room the actor may read finds for a text; no room is asked for nothing."""
    text = _asked(text)
    if not text:
        return []
    finders = _offered(actor)
    kinds = {kind for each in finders for kind in each.kinds}
    with looking_up(sorted(kinds), text, actor):
        return [Section(each, each.find(actor, text)) for each in finders]


def _asked(text: str) -> str:
    return text.strip()[:_LONGEST]


def _offered(actor: Actor) -> list[Finder]:
    allowed = [each for each in _finders.values() if actor.may(each.permission)]
    return sorted(allowed, key=lambda each: (each.position, each.key))
