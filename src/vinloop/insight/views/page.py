"""What all pages of figures share: the tabs, the way back up, the period, and how they are answered."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.insight.queries.scope import COMPARE, places_above
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.tables import Sheet, wants_file
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.board import Board
from vinloop.kernel.web.listing import SavedView
from vinloop.kernel.web.record import Crumb

# The first change shows at once, a burst of them every two seconds.
LIVE = "live:any from:body throttle:2s"
_PAGES = {
    "board": gettext_lazy("Board"),
    "funnel": gettext_lazy("Funnel"),
    "response": gettext_lazy("Response time"),
    "loop": gettext_lazy("Loop"),
    "showroom": gettext_lazy("Showroom"),
    "campaigns": gettext_lazy("Campaigns"),
}


def answer(request: ActorRequest, asked: Asked, board: Board, sheet: Sheet, **context: object) -> HttpResponseBase:
    """The page, or its table as a file when that was asked for."""
    kind = wants_file(asked)
    if kind:
        return sheet.file(asked, kind)
    return shown(request, asked, board, **context)


def shown(request: ActorRequest, asked: Asked, board: Board, **context: object) -> HttpResponse:
    """The page on screen."""
    return render(request, "insight/page.html", {"board": board, "asked": asked, "crumbs": crumbs(asked), **context})


def tabs(asked: Asked, active: str) -> list[SavedView]:
    """The pages of figures that make sense for the scope."""
    names = [name for name in _PAGES if name != "campaigns" or may_see_campaigns(asked)]
    return [SavedView(_PAGES[name], asked.page(name), name == active) for name in names]


def may_see_campaigns(asked: Asked) -> bool:
    """What campaigns cost is headquarters' business: a part of the leads against the whole cost would mislead."""
    return asked.scope.is_network and asked.actor.may(COMPARE)


def title_of(asked: Asked) -> str:
    """Whose figures."""
    person = asked.scope.consultant
    return person.label if person else asked.scope.place.label


def crumbs(asked: Asked) -> list[Crumb]:
    """The way back up, as far as the reader may look."""
    scope = asked.scope
    above = places_above(asked.actor, scope.place) if asked.actor.may(COMPARE) else []
    if scope.consultant is not None:
        above = [*above, scope.place]
    return [Crumb(place.label, asked.page("board", organisation=place.code, consultant=None)) for place in above]


def none_label(asked: Asked) -> str:
    """What rows without a part are called."""
    return _("No consultant yet") if asked.scope.parts == "consultant" else _("Not at a dealer")
