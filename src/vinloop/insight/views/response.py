"""How quickly people are called back."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.insight.queries.aggregates import Block
from vinloop.insight.queries.blocks import ResponseGoals
from vinloop.insight.queries.boards import read_hand_overs
from vinloop.insight.queries.scope import READ
from vinloop.insight.rules.metrics import METRICS
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.page import LIVE, answer, tabs, title_of
from vinloop.insight.views.parts import HEADS, part_lines
from vinloop.insight.views.tables import Field, Line, Sheet, worst_first
from vinloop.insight.views.words import figure
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Chart, Series
from vinloop.kernel.web.cells import Tone

_FIGURES = {
    "response_median": "answered",
    "response_p90": "answered",
    "within_goal": "in_goal",
    "missed": "missed",
    "dispatched": "dispatched",
}
_TONES: dict[str, Tone] = {"in_goal": "good", "in_time": "accent", "late": "soon", "unanswered": "overdue"}


@screen(READ)
def response(request: ActorRequest) -> HttpResponseBase:
    """Response times of the hand-overs of the period."""
    asked = Asked.of(request)
    goals = ResponseGoals.of(asked.scope)
    block = read_hand_overs(asked.actor, asked.scope, asked.period, asked.at)
    sheet = _sheet(asked, block, goals)
    page = Board(
        title=title_of(asked),
        subtitle=_("Goal %(goal)d min, missed after %(limit)d min of business time")
        % {"goal": goals.goal // 60, "limit": goals.limit // 60},
        period_label=asked.period_label,
        views=tabs(asked, "response"),
        figures=[figure(key, block.total, asked.hand_overs(stage)) for key, stage in _FIGURES.items()],
        charts=_charts(asked, goals, block, sheet.lines),
        rankings=[sheet.ranking(asked)] if sheet.lines else [],
        live=LIVE,
    )
    return answer(request, asked, page, sheet)


def bands(goals: ResponseGoals) -> dict[str, str]:
    """The answers by how quick they were, in words."""
    goal, limit = goals.goal // 60, goals.limit // 60
    return {
        "in_goal": _("Up to %(n)d min") % {"n": goal},
        "in_time": _("%(a)d–%(b)d min") % {"a": goal, "b": limit},
        "late": _("Over %(n)d min") % {"n": limit},
        "unanswered": _("Not contacted"),
    }


def _charts(asked: Asked, goals: ResponseGoals, block: Block, lines: Sequence[Line]) -> list[Chart]:
    words = bands(goals)
    charts = [
        Chart(
            key="bands",
            title=_("How long until the first contact"),
            kind="bar",
            labels=list(words.values()),
            series=[Series(_("Hand-overs"), [block.total.now.get(name) or 0 for name in words])],
            urls=[asked.hand_overs(name) for name in words],
        )
    ]
    shown = [line for line in lines if line.counts.get("due")][:12]
    if shown:
        charts.append(
            Chart(
                key="parts",
                title=_("First contact by %(part)s") % {"part": str(HEADS[asked.scope.parts or "dealer"]).lower()},
                kind="stacked",
                labels=[line.label for line in shown],
                series=[
                    Series(label, [line.counts.get(name) or 0 for line in shown], _TONES[name])
                    for name, label in words.items()
                ],
                urls=[line.url for line in shown],
            )
        )
    return charts


def _sheet(asked: Asked, block: Block, goals: ResponseGoals) -> Sheet:
    parts = asked.scope.parts or "consultant"
    lines = worst_first(part_lines(asked, "response", [block]), METRICS["missed"].value)
    words = bands(goals)
    return Sheet(
        name=f"response-{asked.scope.place.code}",
        title=_("Who answers, and how quickly"),
        head=HEADS[parts],
        fields=[
            Field("due", _("Due"), _("Hand-overs contacted, or past their deadline")),
            Field("response_median"),
            Field("response_p90"),
            Field("within_goal"),
            Field("missed"),
            Field("late", words["late"]),
            Field("unanswered", words["unanswered"]),
        ],
        lines=lines,
        definition=_("Who misses the most first contacts comes first."),
    )
