"""What campaigns cost and what they brought."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.insight.queries.aggregates import Compared
from vinloop.insight.queries.campaigns import CampaignResult, campaign_results, currency_of, totals
from vinloop.insight.queries.scope import COMPARE
from vinloop.insight.rules.attribution import DEFAULT_MODEL, MODELS, Model
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.page import answer, may_see_campaigns, tabs, title_of
from vinloop.insight.views.tables import Field, Line, Sheet
from vinloop.insight.views.words import figure
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Board, Chart, Figure, Series
from vinloop.kernel.web.listing import SavedView
from vinloop.kernel.web.words import sentences

MODEL_LABELS = {
    "first": gettext_lazy("First touch"),
    "last": gettext_lazy("Last touch"),
    "linear": gettext_lazy("Linear"),
    "position": gettext_lazy("Position 40/20/40"),
    "decay": gettext_lazy("Time decay"),
}
MODEL_HINTS = {
    "first": gettext_lazy("The campaign of a lead's first touch gets all the credit."),
    "last": gettext_lazy("The campaign of a lead's last touch gets all the credit."),
    "linear": gettext_lazy("All touches of a lead share the credit equally."),
    "position": gettext_lazy("The first and the last touch get 40% each; those between share 20%."),
    "decay": gettext_lazy("A touch counts half as much as one seven days later."),
}
_DELIVERIES = gettext_lazy("Deliveries are cars handed over in this period, whenever their lead came.")


@screen(COMPARE)
def campaigns(request: ActorRequest) -> HttpResponseBase:
    """Cost per lead, cost per sale and return, by the chosen model of attribution."""
    asked = Asked.of(request)
    if not may_see_campaigns(asked):
        raise NotAllowed(COMPARE, asked.scope.place.id)
    model = model_named(asked.address.get("model"))
    results = campaign_results(asked.scope, asked.period, model)
    sheet = _sheet(asked, results, model)
    page = Board(
        title=title_of(asked),
        subtitle=_("Attribution: %(model)s") % {"model": MODEL_LABELS[model]},
        period_label=asked.period_label,
        views=tabs(asked, "campaigns"),
        figures=_figures(results, model),
        charts=_charts(sheet.lines),
        rankings=[sheet.ranking(asked)],
    )
    choices = [SavedView(MODEL_LABELS[name], asked.address.url(model=name), name == model) for name in MODELS]
    return answer(request, asked, page, sheet, choices=choices, choices_label=_("Attribution"))


def model_named(name: str) -> Model:
    """One of the models; the default for anything else."""
    return next((model for model in MODELS if model == name), DEFAULT_MODEL)


def _figures(results: Sequence[CampaignResult], model: Model) -> list[Figure]:
    """The model stands beside each figure it decides."""
    counts, currency = Compared(totals(results), {}), currency_of(results)
    shown = [figure(key, counts, currency=currency) for key in ("cpl", "cps", "roi")]
    return [
        Figure(each.label, each.value, unit=MODEL_LABELS[model], definition=each.definition, url=each.url)
        for each in shown
    ]


def _sheet(asked: Asked, results: Sequence[CampaignResult], model: Model) -> Sheet:
    return Sheet(
        name=f"campaigns-{model}",
        title=_("Campaigns, by %(model)s") % {"model": str(MODEL_LABELS[model]).lower()},
        head=_("Campaign"),
        fields=[
            Field("cost", _("Cost"), _("The part of its cost that falls in this period"), is_money=True),
            Field("leads", _("Valid leads"), MODEL_HINTS[model]),
            Field("cpl"),
            Field("sales", _("Deliveries"), MODEL_HINTS[model]),
            Field("cps"),
            Field("margin", _("Margin"), _("Deliveries × price × margin per car"), is_money=True),
            Field("roi"),
        ],
        lines=[_line(asked, each) for each in results],
        definition=sentences(MODEL_HINTS[model], _DELIVERIES),
        empty=_("No campaign in this period"),
    )


def _line(asked: Asked, result: CampaignResult) -> Line:
    campaign = result.campaign
    if campaign is None:
        return Line(_("Without a campaign"), result.counts)
    url = asked.leads("valid", campaign=campaign.code)
    return Line(campaign.label, result.counts, url=url, currency=campaign.currency, code=campaign.code)


def _charts(lines: Sequence[Line]) -> list[Chart]:
    shown = [line for line in lines if line.code][:12]
    if not shown:
        return []
    return [
        Chart(
            key="leads",
            title=_("Valid leads and deliveries by campaign"),
            kind="bar",
            labels=[line.label for line in shown],
            series=[
                Series(_("Valid leads"), [_rounded(line.counts.get("leads")) for line in shown]),
                Series(_("Deliveries"), [_rounded(line.counts.get("sales")) for line in shown]),
            ],
            urls=[line.url for line in shown],
        )
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
