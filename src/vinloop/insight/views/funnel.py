"""The funnel by source, campaign, model, region, dealer or consultant."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.insight.queries.aggregates import Block, Compared
from vinloop.insight.queries.boards import read_funnel
from vinloop.insight.queries.dimensions import Dimension, Labels, dimensions_for, labels_of
from vinloop.insight.queries.scope import READ
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.funnels import LEAD_FUNNEL, funnel
from vinloop.insight.views.page import answer, tabs, title_of
from vinloop.insight.views.tables import Field, Line, Sheet
from vinloop.insight.views.words import figure
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Chart, Series
from vinloop.kernel.web.listing import SavedView

_COUNTS = ("received", "valid", "dispatched", "contacted", "test_driven", "ordered", "delivered")
_SHOWN_IN_CHART = 12


@screen(READ)
def by_dimension(request: ActorRequest) -> HttpResponseBase:
    """How far leads came, divided as the reader chooses."""
    asked = Asked.of(request)
    offered = dimensions_for(asked.actor, asked.scope)
    chosen = next((each for each in offered if each.key == asked.address.get("by")), offered[0])
    block, conversion = read_funnel(asked.scope, asked.period, chosen.path)
    sheet = _sheet(asked, chosen, block)
    counts = block.total.joined(Compared(conversion, {}))
    page = Board(
        title=title_of(asked),
        period_label=asked.period_label,
        views=tabs(asked, "funnel"),
        figures=[figure(key, counts, url) for key, url in _figures(asked).items()],
        funnel=funnel(LEAD_FUNNEL, block.total.now, asked.leads),
        funnel_title=_("Leads received in this period, and how far they got"),
        charts=[_chart(asked, chosen, sheet)] if sheet.lines else [],
        rankings=[sheet.ranking(asked)],
    )
    divisions = [SavedView(each.label, asked.address.url(by=each.key), each == chosen) for each in offered]
    return answer(request, asked, page, sheet, choices=divisions, choices_label=_("Split by"))


def _figures(asked: Asked) -> dict[str, str]:
    return {
        "received": asked.leads(),
        "conversion_same": asked.converted(),
        "conversion_carried": asked.carried_over(),
        "conversion_90": asked.cohort(),
    }


def _sheet(asked: Asked, chosen: Dimension, block: Block) -> Sheet:
    labels = labels_of(chosen, block.parts)
    lines = [_line(asked, chosen, key, labels, block) for key in block.parts if block.parts[key].now.get("received")]
    lines.sort(key=lambda line: (not line.code, -(line.counts["received"] or 0)))
    words = {name: label for name, _stage, label in LEAD_FUNNEL}
    return Sheet(
        name=f"funnel-{chosen.key}",
        title=_("Leads by %(dimension)s") % {"dimension": str(chosen.label).lower()},
        head=chosen.label,
        fields=[*(Field(name, words[name]) for name in _COUNTS), Field("valid_share"), Field("conversion_same")],
        lines=lines,
        empty=_("No leads in this period"),
    )


def _line(asked: Asked, chosen: Dimension, key: int | None, labels: Labels, block: Block) -> Line:
    """What has no value in the dimension has no list of its own: the list filters by value."""
    counts = block.parts[key].now
    if key is None or key not in labels:
        return Line(str(chosen.none_label), counts)
    code, label = labels[key]
    urls = {name: asked.leads(stage, **{chosen.key: code}) for name, stage, _label in LEAD_FUNNEL}
    return Line(label, counts, url=urls["received"], urls=urls, code=code)


def _chart(asked: Asked, chosen: Dimension, sheet: Sheet) -> Chart:
    lines = sheet.lines[:_SHOWN_IN_CHART]
    return Chart(
        key="by",
        title=_("Received, contacted, ordered"),
        kind="bar",
        labels=[line.label for line in lines],
        series=[
            Series(label, [line.counts.get(name) for line in lines])
            for name, label in (("received", _("Received")), ("contacted", _("Contacted")), ("ordered", _("Ordered")))
        ],
        urls=[line.url for line in lines],
    )
