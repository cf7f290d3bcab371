"""What campaigns cost and brought, with the credit for a lead shared by the chosen model of attribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, QuerySet, Sum, Value

from vinloop.insight.queries.aggregates import in_span
from vinloop.insight.queries.blocks import leads_in, orders_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.rules.attribution import Model, shares
from vinloop.insight.rules.campaign_cost import cost_within
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period
from vinloop.kernel.db.questions import Question, Rows, ask
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Campaign, Lead, Touch
from vinloop.leads.queries.stages import STAGES
from vinloop.orders.models import Order

# Campaign, leads, sales and their revenue.
Credit = tuple[int | None, float, float, float]


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """A campaign's counts: ``cost`` (its days in the period), ``leads``, ``sales``, ``margin``; money in minor units.

    ``campaign`` is ``None`` for what no campaign brought.
    """

    campaign: Campaign | None
    counts: Counts


def campaign_results(scope: BoardScope, period: Period, model: Model) -> list[CampaignResult]:
    """Every campaign that cost or brought something in the period, dearest first; three queries.

    Leads are the valid ones received in the period, sales the cars handed over in it, whenever their lead came.
    """
    margin = get_setting("insight.margin_percent", scope.place.id) / 100
    earned: dict[int | None, dict[str, float]] = defaultdict(lambda: {"leads": 0, "sales": 0, "margin": 0})
    for campaign_id, leads, sales, revenue in _all_credits(scope, period, model):
        earned[campaign_id]["leads"] += leads
        earned[campaign_id]["sales"] += sales
        earned[campaign_id]["margin"] += revenue * margin
    results = [_result(campaign, earned.pop(campaign.pk, None), period) for campaign in Campaign.objects.all()]
    results = [each for each in results if any(each.counts.values())]
    nobody = [CampaignResult(None, {"cost": None, **counts}) for counts in earned.values()]
    return sorted(results, key=lambda each: -(each.counts["cost"] or 0)) + nobody


def currency_of(results: Sequence[CampaignResult]) -> str:
    """The currency most of the cost was spent in; amounts in others are left out of sums."""
    spent = [each.campaign for each in results if each.campaign is not None]
    return spent[0].currency if spent else "CNY"


def totals(results: Sequence[CampaignResult]) -> dict[str, float]:
    """All campaigns of the main currency together."""
    currency = currency_of(results)
    same = [each.counts for each in results if each.campaign is not None and each.campaign.currency == currency]
    return {name: sum(counts.get(name) or 0 for counts in same) for name in ("cost", "leads", "sales", "margin")}


def _result(campaign: Campaign, earned: dict[str, float] | None, period: Period) -> CampaignResult:
    cost = cost_within(campaign.cost, campaign.starts_on, campaign.ends_on, period.first, period.last)
    return CampaignResult(campaign, {"leads": 0, "sales": 0, "margin": 0, **(earned or {}), "cost": cost})


def _all_credits(scope: BoardScope, period: Period, model: Model) -> Iterator[Credit]:
    """What is to be added to each campaign. Touched once: no model makes a difference, so the database adds up."""
    leads = leads_in(scope).filter(STAGES["valid"].condition, in_span("received_at", period)).order_by()
    orders = orders_in(scope).filter(in_span("delivered_at", period), status=Order.Status.DELIVERED).order_by()
    received = leads.filter(touch_count=1).values_list("campaign_id").annotate(Count("pk"))
    sold = orders.exclude(lead__touch_count__gt=1).values_list("lead__campaign_id")
    counted = Question(received, list), Question(sold.annotate(Count("pk"), Sum("price")), list)
    priced = Question(orders.filter(lead__touch_count__gt=1).values_list("lead_id", "price"), _by_lead)
    ask(*counted, priced)
    yield from ((campaign_id, count, 0, 0) for campaign_id, count in counted[0].answer)
    yield from ((campaign_id, 0, count, revenue) for campaign_id, count, revenue in counted[1].answer)
    yield from _shared(leads.filter(touch_count__gt=1).values("pk"), priced.answer, model)


def _by_lead(rows: Rows) -> dict[int, float]:
    return {lead_id: price for lead_id, price in rows}


def _shared(lead_ids: QuerySet[Lead, Any], prices: Mapping[int, float], model: Model) -> Iterator[Credit]:
    """The share of every touch of leads that were touched several times, as leads and as sales; one query."""
    fields = ("is_sale_", "lead_id", "at", "pk", "campaign_id")
    received = Touch.objects.filter(lead__in=lead_ids).annotate(is_sale_=Value(False)).values_list(*fields)
    sold = Touch.objects.filter(lead__in=list(prices)).annotate(is_sale_=Value(True)).values_list(*fields)
    rows = received.union(sold, all=True).order_by("is_sale_", "lead_id", "at", "pk").iterator(chunk_size=5000)
    for (is_sale, lead_id), group in groupby(rows, key=itemgetter(0, 1)):
        found = list(group)
        weights = shares(model, [touch[2] for touch in found])
        for (*_, campaign_id), weight in zip(found, weights, strict=True):
            yield (campaign_id, 0, weight, weight * prices[lead_id]) if is_sale else (campaign_id, weight, 0, 0)
