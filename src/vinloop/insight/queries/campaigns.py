"""What campaigns cost and brought, with the credit for a lead shared by the chosen model of attribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from vinloop.insight.queries.blocks import leads_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.rules.attribution import Model, shares
from vinloop.insight.rules.campaign_cost import cost_within
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.rules.periods import Period
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Campaign, Lead, Touch
from vinloop.leads.queries.stages import STAGES

_SOLD = STAGES["delivered"].condition


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """A campaign's counts: ``cost`` (its days in the period), ``leads``, ``sales``, ``margin``; money in minor units.

    ``campaign`` is ``None`` for what no campaign brought.
    """

    campaign: Campaign | None
    counts: Counts


def campaign_results(scope: BoardScope, period: Period, model: Model) -> list[CampaignResult]:
    """Every campaign that cost or brought something in the period, dearest first; three statements.

    Leads are those received in the period and valid; sales are those of them delivered since.
    """
    earned: dict[int | None, dict[str, float]] = defaultdict(lambda: {"leads": 0, "sales": 0, "margin": 0})
    rows = leads_in(scope).filter(STAGES["valid"].condition, received_at__gte=period.start, received_at__lt=period.end)
    for campaign_id, leads, sales, revenue in (*_single(rows), *_shared(rows, model)):
        found = earned[campaign_id]
        found["leads"] += leads
        found["sales"] += sales
        found["margin"] += revenue * get_setting("insight.margin_percent") / 100
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.all()}
    results = [_result(campaign, earned.pop(key, None), period) for key, campaign in campaigns.items()]
    results = [each for each in results if any(each.counts.values())]
    nobody = [CampaignResult(None, {"cost": None, **counts}) for counts in earned.values()]
    return sorted(results, key=lambda each: -(each.counts["cost"] or 0)) + nobody


def _result(campaign: Campaign, earned: dict[str, float] | None, period: Period) -> CampaignResult:
    cost = cost_within(campaign.cost, campaign.starts_on, campaign.ends_on, period.first, period.last)
    return CampaignResult(campaign, {"leads": 0, "sales": 0, "margin": 0, **(earned or {}), "cost": cost})


def _single(rows: QuerySet[Lead]) -> Iterator[tuple[int | None, float, float, float]]:
    """Leads touched once: no model makes a difference, so the database adds them up."""
    found = _with_revenue(rows.filter(touch_count=1)).order_by().values_list("campaign_id")
    counted = found.annotate(leads_=Count("pk"), sales_=Count("pk", filter=_SOLD), revenue_=Sum("revenue", filter=_SOLD))
    for campaign_id, leads, sales, revenue in counted:
        yield campaign_id, leads, sales, revenue or 0


def _shared(rows: QuerySet[Lead], model: Model) -> Iterator[tuple[int | None, float, float, float]]:
    """Leads touched several times, touch by touch."""
    several = rows.filter(touch_count__gt=1).order_by().values("pk")
    touches = Touch.objects.filter(lead__in=several).alias(
        sale=FilteredRelation("lead__orders", condition=~Q(lead__orders__status="cancelled"))
    )
    found = touches.order_by("lead_id", "at", "pk").values_list(
        "lead_id", "at", "campaign_id", "lead__delivered_at", "sale__price"
    )
    for _lead, group in groupby(found.iterator(chunk_size=5000), key=itemgetter(0)):
        yield from _credits(list(group), model)


def _credits(
    touches: list[tuple[int, datetime, int | None, datetime | None, int | None]], model: Model
) -> Iterator[tuple[int | None, float, float, float]]:
    weights = shares(model, [at for _, at, *_ in touches])
    for (_, _, campaign_id, delivered_at, price), weight in zip(touches, weights, strict=True):
        is_sold = delivered_at is not None
        yield campaign_id, weight, weight * is_sold, weight * is_sold * (price or 0)


def _with_revenue(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """Leads with the price of their order; one lead has at most one that is not cancelled."""
    sale = FilteredRelation("orders", condition=~Q(orders__status="cancelled"))
    return rows.alias(sale=sale).annotate(revenue=F("sale__price"))
