"""The loop: what became of every hand-over, and where leads leak."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.insight.queries.aggregates import Block
from vinloop.insight.queries.boards import read_hand_overs
from vinloop.insight.queries.scope import READ
from vinloop.insight.rules.metrics import METRICS, Counts
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.funnels import LOOP_FUNNEL, funnel
from vinloop.insight.views.page import LIVE, answer, tabs, title_of
from vinloop.insight.views.parts import HEADS, part_lines
from vinloop.insight.views.tables import Field, Line, Sheet, worst_first
from vinloop.insight.views.words import figure, number
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Leak

_FIGURES = {
    "dispatched": "dispatched",
    "accept_rate": "accepted",
    "decline_rate": "declined",
    "timeout_rate": "timed_out",
    "closed_rate": "delivered",
}


@screen(READ)
def loop(request: ActorRequest) -> HttpResponseBase:
    """From dispatch to delivery, with the leaks between the stages."""
    asked = Asked.of(request)
    block = read_hand_overs(asked.actor, asked.scope, asked.period, asked.at)
    sheet = _sheet(asked, block)
    page = Board(
        title=title_of(asked),
        period_label=asked.period_label,
        views=tabs(asked, "loop"),
        leaks=_leaks(asked, block.total.now, sheet.lines),
        leaks_title=_("Where leads leak"),
        figures=[figure(key, block.total, asked.hand_overs(stage)) for key, stage in _FIGURES.items()],
        funnel=funnel(LOOP_FUNNEL, block.total.now, asked.hand_overs),
        funnel_title=_("Leads handed to dealers in this period"),
        rankings=[sheet.ranking(asked)] if sheet.lines else [],
        live=LIVE,
    )
    return answer(request, asked, page, sheet)


def _leaks(asked: Asked, counts: Counts, lines: Sequence[Line]) -> list[Leak]:
    """What did not go on, most first, with who loses most of it."""
    words = {
        "not_accepted": _("handed over and not accepted"),
        "declined": _("declined by the dealer"),
        "timed_out": _("taken back after a deadline"),
        "not_contacted": _("accepted and not contacted"),
        "late": _("contacted too late"),
    }
    found = sorted(words, key=lambda name: -(counts.get(name) or 0))
    return [
        Leak(words[name], number(counts[name]), asked.hand_overs(name), _worst(name, lines), "soon")
        for name in found
        if counts.get(name)
    ]


def _worst(name: str, lines: Sequence[Line]) -> str:
    """The two parts that lose most: ``21 at A, B``."""
    worst = sorted((line for line in lines if line.code), key=lambda line: -(line.counts.get(name) or 0))[:2]
    named = [line for line in worst if line.counts.get(name)]
    if not named:
        return ""
    total = sum(line.counts[name] or 0 for line in named)
    return _("%(n)s at %(names)s") % {"n": number(total), "names": _(", ").join(line.label for line in named)}


def _sheet(asked: Asked, block: Block) -> Sheet:
    return Sheet(
        name=f"loop-{asked.scope.place.code}",
        title=_("Stage by stage"),
        head=HEADS[asked.scope.parts or "consultant"],
        fields=[
            *(Field(name, label) for name, _stage, label in LOOP_FUNNEL),
            Field("accept_rate"),
            Field("decline_rate"),
            Field("timeout_rate"),
        ],
        lines=worst_first(part_lines(asked, "loop", [block]), _leaking),
        definition=_("Who loses the most hand-overs before the first contact comes first."),
    )


def _leaking(counts: Counts) -> float | None:
    accepted = METRICS["accept_rate"].value(counts)
    return None if accepted is None else 1 - accepted
