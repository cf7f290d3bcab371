"""The showroom in figures: visitors, contacts, second visits, test drives."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.insight.queries.aggregates import Block, Compared
from vinloop.insight.queries.boards import joined, read_showroom
from vinloop.insight.queries.scope import READ
from vinloop.insight.rules.metrics import METRICS, Counts
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.page import LIVE, answer, tabs, title_of
from vinloop.insight.views.parts import HEADS, part_lines
from vinloop.insight.views.tables import Field, Line, Sheet, worst_first
from vinloop.insight.views.words import figure
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Chart, Figure, Series


@screen(READ)
def showroom(request: ActorRequest) -> HttpResponseBase:
    """Who came in, who left a contact, who came again, who drove."""
    asked = Asked.of(request)
    blocks = read_showroom(asked.actor, asked.scope, asked.period)
    sheet = _sheet(asked, blocks)
    page = Board(
        title=title_of(asked),
        period_label=asked.period_label,
        views=tabs(asked, "showroom"),
        figures=_figures(asked, joined([block.total for block in blocks])),
        charts=_charts(asked, sheet.lines),
        rankings=[sheet.ranking(asked)] if sheet.lines else [],
        live=LIVE,
    )
    return answer(request, asked, page, sheet)


def _figures(asked: Asked, counts: Compared) -> list[Figure]:
    urls = {
        "visits": asked.visits(),
        "capture_rate": asked.visits(kind="walk_in", first="yes", captured="yes"),
        "invite_to_visit": asked.visits(kind="invited"),
        "second_visit_rate": asked.visits(first="no", captured="yes"),
        "test_drive_rate": "",
    }
    return [figure(key, counts, url) for key, url in urls.items()]


def _charts(asked: Asked, lines: Sequence[Line]) -> list[Chart]:
    shown = [line for line in lines if line.counts.get("new_walk_ins")][:12]
    if not shown:
        return []
    captured = [line.counts.get("captured") or 0 for line in shown]
    left = [(line.counts.get("new_walk_ins") or 0) - got for line, got in zip(shown, captured, strict=True)]
    return [
        Chart(
            key="captured",
            title=_("New walk-in visitors"),
            kind="stacked",
            labels=[line.label for line in shown],
            series=[Series(_("Left a contact"), captured, "good"), Series(_("Left without"), left, "muted")],
            urls=[line.url for line in shown],
        )
    ]


def _sheet(asked: Asked, blocks: Sequence[Block]) -> Sheet:
    return Sheet(
        name=f"showroom-{asked.scope.place.code}",
        title=_("Showroom by showroom") if asked.scope.parts != "consultant" else _("Consultant by consultant"),
        head=HEADS[asked.scope.parts or "consultant"],
        fields=[
            Field("visits", _("Visits")),
            Field("new_walk_ins", _("New walk-ins")),
            Field("capture_rate"),
            Field("invited", _("Invited")),
            Field("second_visit_rate"),
            Field("drives_done", _("Test drives")),
            Field("test_drive_rate"),
        ],
        lines=worst_first([line for line in part_lines(asked, "showroom", blocks) if _has_any(line.counts)], _lost),
        definition=_("Who loses the most new visitors without a contact comes first."),
    )


def _has_any(counts: Counts) -> bool:
    return any(counts.get(name) for name in ("visits", "drives_done"))


def _lost(counts: Counts) -> float | None:
    rate = METRICS["capture_rate"].value(counts)
    return None if rate is None else 1 - rate
