"""The board of the network, a region, a dealer or a consultant."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinloop.insight.queries.boards import BoardData, read_board
from vinloop.insight.queries.leaks import LateLeads
from vinloop.insight.queries.scope import READ, place_labels
from vinloop.insight.queries.trends import Trend
from vinloop.insight.rules.metrics import METRICS, Counts
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.funnels import LEAD_FUNNEL, funnel
from vinloop.insight.views.page import LIVE, answer, tabs, title_of
from vinloop.insight.views.parts import HEADS, part_lines
from vinloop.insight.views.tables import Field, Sheet, worst_first
from vinloop.insight.views.words import figure, number
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Chart, Leak, Series
from vinloop.leads.queries.stages import LATE


@screen(READ)
def board(request: ActorRequest) -> HttpResponseBase:
    """What happened, what is late now, and who needs help first."""
    asked = Asked.of(request)
    data = read_board(asked.actor, asked.scope, asked.period, asked.at)
    sheet = _sheet(asked, data)
    page = Board(
        title=title_of(asked),
        period_label=asked.period_label,
        views=tabs(asked, "board"),
        leaks=[_leak(asked, each) for each in data.late],
        leaks_title=_("Overdue now"),
        figures=[figure(key, data.counts, url) for key, url in _figure_urls(asked).items()],
        funnel=funnel(LEAD_FUNNEL, data.blocks[0].total.now, asked.leads),
        funnel_title=_("Leads received in this period, and how far they got"),
        charts=[_weeks_chart(asked, data.trend)],
        rankings=[sheet.ranking(asked)] if sheet.lines else [],
        live=LIVE,
    )
    return answer(request, asked, page, sheet)


def _figure_urls(asked: Asked) -> dict[str, str]:
    """The board's figures, each with the list of what its upper number counts."""
    return {
        "received": asked.leads(),
        # What reaches a dealer has been verified: there the share says nothing.
        **({"valid_share": asked.leads("valid")} if asked.scope.is_network else {}),
        "hot_share": asked.leads("hot"),
        "accept_rate": asked.hand_overs("accepted"),
        "response_median": asked.page("response"),
        "within_goal": asked.hand_overs("in_goal"),
        "missed": asked.hand_overs("missed"),
        "capture_rate": asked.visits(kind="walk_in", first="yes", captured="yes"),
        "conversion_same": asked.converted(),
        "conversion_carried": asked.carried_over(),
        "conversion_90": asked.cohort(),
        "orders": asked.orders("ordered", cancelled="no"),
        "deliveries": asked.orders("delivered", status="delivered"),
        "referral_share": asked.orders("delivered", status="delivered", family="referral"),
        "lost_clarity": asked.leads("lost_clear"),
    }


def _leak(asked: Asked, late: LateLeads) -> Leak:
    return Leak(
        label=LATE[late.stage].label,
        count_label=number(late.count),
        url=asked.leads_now(late.stage),
        detail=_at_dealers(late) if len(late.dealers) > 1 or asked.scope.place.kind != "dealer" else "",
        tone="overdue" if late.stage.endswith("_late") else "soon",
    )


def _at_dealers(late: LateLeads) -> str:
    """Whom to call first: ``21 of them at two dealers: …``."""
    if not late.dealers:
        return ""
    labels = place_labels()
    dealers, leads = late.worst
    names = _(", ").join(labels[key][1] for key, _count in late.dealers[:dealers] if key in labels)
    words = ngettext("%(leads)s at one dealer: %(names)s", "%(leads)s at %(dealers)s dealers: %(names)s", dealers)
    return words % {"leads": number(leads), "dealers": dealers, "names": names}


def _weeks_chart(asked: Asked, trend: Trend) -> Chart:
    return Chart(
        key="weeks",
        title=_("Leads per week, and those who ordered"),
        kind="bar",
        labels=[date_format(week, "n/j") for week in trend.weeks],
        series=[Series(_("Leads"), trend.received), Series(_("Ordered since"), trend.sold)],
        description=_("By the week in which the lead was received; younger leads had less time."),
        urls=[_week_url(asked, week) for week in trend.weeks],
    )


def _week_url(asked: Asked, monday: date) -> str:
    days = {"received_from": monday.isoformat(), "received_to": (monday + timedelta(days=6)).isoformat()}
    return asked.leads_now(**days)


def _sheet(asked: Asked, data: BoardData) -> Sheet:
    lines = part_lines(asked, "board", data.blocks, data.trend.parts)
    fields = [
        "received",
        "accept_rate",
        "within_goal",
        "missed",
        "response_median",
        "conversion_same",
        "orders",
        "deliveries",
    ]
    return Sheet(
        name=f"board-{asked.scope.place.code}",
        title=_titles().get(asked.scope.parts or "", ""),
        head=HEADS.get(asked.scope.parts or "", ""),
        fields=[Field(key) for key in fields],
        lines=worst_first(lines, _missed),
        definition=_("Who misses the most first contacts comes first."),
        has_trend=True,
    )


def _missed(counts: Counts) -> float | None:
    return METRICS["missed"].value(counts)


def _titles() -> dict[str, str]:
    return {"region": _("Regions"), "dealer": _("Dealers"), "consultant": _("Consultants")}
