"""The figures for programs: the same numbers as on the boards, with what they were counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.urls import URLPattern
from dmr import Path, Query
from dmr.routing import path

from vinloop.insight.queries.aggregates import Block, Compared
from vinloop.insight.queries.blocks import lead_block
from vinloop.insight.queries.boards import joined, read_board, read_hand_overs, read_showroom
from vinloop.insight.queries.campaigns import CampaignResult, campaign_results
from vinloop.insight.queries.dimensions import dimensions_for, labels_of
from vinloop.insight.queries.hand_overs import NEWEST, STAGE_LABELS, list_hand_overs
from vinloop.insight.queries.scope import COMPARE, READ, BoardScope, may_see_parts, parts_of, scope_of
from vinloop.insight.rules.attribution import Model
from vinloop.insight.rules.metrics import METRICS, Counts
from vinloop.insight.rules.periods import Period, custom_period, period_named
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.api import ApiController, Page, endpoint, page_of
from vinloop.kernel.api.pages import Cursor, Limit
from vinloop.kernel.paging import paginate
from vinloop.leads.queries.stages import stage_label

PeriodName = Literal["this_month", "last_month", "30d", "90d", "quarter", "year"]
Described = msgspec.Meta
_BOARD = (
    "received", "valid_share", "hot_share", "accept_rate", "decline_rate", "timeout_rate", "response_median",
    "response_p90", "within_goal", "missed", "capture_rate", "invite_to_visit", "second_visit_rate", "conversion_same",
    "conversion_carried", "conversion_90", "orders", "deliveries", "referral_share", "lost_clarity",
)  # fmt: skip
_RESPONSE = (
    "dispatched", "accept_rate", "decline_rate", "timeout_rate", "response_median", "response_p90", "within_goal",
    "missed",
)  # fmt: skip
_SHOWROOM = ("visits", "capture_rate", "invite_to_visit", "second_visit_rate", "test_drive_rate")
_LOOP = ("dispatched", "accept_rate", "decline_rate", "timeout_rate", "closed_rate")
_LOOP_STAGES = ("dispatched", "accepted", "contacted", "test_driven", "ordered", "delivered")
_LEAKS = ("not_accepted", "declined", "timed_out", "not_contacted", "late")
_STAGES = ("received", "valid", "dispatched", "contacted", "test_driven", "ordered", "delivered")


class ScopePath(msgspec.Struct, frozen=True):
    """Whose board, by code."""

    organisation: str


class PeriodQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which days, in the time zone of the caller's organisation."""

    period: PeriodName = "30d"
    first: Annotated[date | None, Described(description="With `last`: any days instead of `period`")] = None
    last: date | None = None
    consultant: Annotated[str, Described(description="Log-in name of one consultant of a dealer")] = ""


class ScopeQuery(PeriodQuery, frozen=True, kw_only=True):
    """Whose figures and of which days."""

    organisation: Annotated[str, Described(description="Code; the caller's own organisation without it")] = ""


class FunnelQuery(ScopeQuery, frozen=True, kw_only=True):
    """How leads are divided."""

    by: Literal["source", "campaign", "model", "region", "dealer", "consultant"] = "source"


class CampaignFigureQuery(ScopeQuery, frozen=True, kw_only=True):
    """How credit is shared among touches."""

    model: Model = "first"


class PeriodOut(msgspec.Struct, frozen=True):
    """The days counted, both included."""

    first: date
    last: date
    timezone: str


class FigureOut(msgspec.Struct, frozen=True):
    """A figure: a count, a share of 1, or seconds. ``null``: nothing to divide by.

    ``top`` and ``bottom`` are what a share was made of; ``before`` is the figure of the span before.
    """

    key: str
    label: str
    definition: str
    unit: str
    value: float | None
    before: float | None
    top: float | None
    bottom: float | None


class StageOut(msgspec.Struct, frozen=True):
    """How many leads are at a stage or late in it."""

    stage: str
    label: str
    count: int


class PartOut(msgspec.Struct, frozen=True):
    """A region, dealer, consultant or other part. An empty code holds what belongs to none."""

    code: str
    name: str
    counts: dict[str, float | None]
    figures: dict[str, float | None]


class FiguresOut(msgspec.Struct, frozen=True):
    """Figures of an organisation, as a whole and by part."""

    organisation: str
    name: str
    period: PeriodOut
    figures: list[FigureOut]
    parts: list[PartOut]


class BoardOut(FiguresOut, frozen=True):
    """A board: figures, funnel, and what is late now."""

    funnel: list[StageOut]
    late: list[StageOut]


class LoopOut(FiguresOut, frozen=True):
    """The loop: figures, how far hand-overs came, and where leads leak."""

    funnel: list[StageOut]
    leaks: list[StageOut]


class HandOverQuery(ScopeQuery, frozen=True, kw_only=True):
    """Which hand-overs to list: those in a stage of the loop, or all of the period."""

    stage: Annotated[str, Described(description="A stage's name, as the loop gives it; empty: all")] = ""
    cursor: Cursor | None = None
    limit: Limit = 50


class HandOverOut(msgspec.Struct, frozen=True, kw_only=True):
    """A lead handed to a dealer. ``lead`` is empty when it has moved on; ``response_seconds`` is business time."""

    lead: str
    dealer: str
    dispatched_at: datetime
    accepted_at: datetime | None
    first_contacted_at: datetime | None
    response_seconds: int | None
    outcome: str
    decline_reason: str


class CampaignFigureOut(msgspec.Struct, frozen=True):
    """A campaign's part of the period. Money in minor units; leads and sales may be fractions of one."""

    code: str
    name: str
    currency: str
    cost: float | None
    leads: float
    sales: float
    margin: float
    cpl: float | None
    cps: float | None
    roi: float | None


class CampaignsOut(msgspec.Struct, frozen=True):
    """Campaigns by one model of attribution."""

    model: Model
    period: PeriodOut
    items: list[CampaignFigureOut]


class _Figures(ApiController):
    """Scope and period of a request."""

    is_abstract = True
    tags = ("Insight",)

    def scope(self, organisation: str, query: PeriodQuery) -> BoardScope:
        """Whose figures. Raises ``BoardNotFound`` and ``NotAllowed``."""
        return scope_of(self.actor, organisation, query.consultant)

    def period(self, query: PeriodQuery) -> Period:
        """Which days."""
        zone = self.actor.timezone
        first, last = query.first or query.last, query.last or query.first
        if first and last:
            return custom_period(first, last, self.at, zone)
        return period_named(query.period, self.at, zone)

    def figures(
        self, scope: BoardScope, period: Period, keys: Sequence[str], blocks: Sequence[Block], counts: Compared
    ) -> FiguresOut:
        """Figures as a whole and by part."""
        parts = _parts(scope, blocks, keys) if may_see_parts(self.actor, scope) else []
        return FiguresOut(
            scope.place.code, scope.place.label, _period(period), [_figure(key, counts) for key in keys], parts
        )


class BoardController(_Figures):
    """Boards."""

    @endpoint(READ, operation_id="getBoard")
    def get(self, parsed_path: Path[ScopePath], parsed_query: Query[PeriodQuery]) -> BoardOut:
        """Read a board.

        Of the network, a region or a dealer: what happened in the period, what is late now, and every part of it.
        """
        scope, period = self.scope(parsed_path.organisation, parsed_query), self.period(parsed_query)
        data = read_board(self.actor, scope, period, self.at)
        found = self.figures(scope, period, _BOARD, data.blocks, data.counts)
        leads = data.blocks[0].total.now
        funnel = [StageOut(name, str(stage_label(name)), int(leads.get(name) or 0)) for name in _STAGES]
        late = [StageOut(each.stage, str(stage_label(each.stage)), each.count) for each in data.late]
        return BoardOut(found.organisation, found.name, found.period, found.figures, found.parts, funnel, late)


class FunnelController(_Figures):
    """Funnels."""

    @endpoint(READ, operation_id="getFunnel")
    def get(self, parsed_query: Query[FunnelQuery]) -> FiguresOut:
        """Read the funnel.

        How far the leads received in the period came, by source, campaign, model, region, dealer or consultant.
        """
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        chosen = next((each for each in dimensions_for(self.actor, scope) if each.key == parsed_query.by), None)
        if chosen is None:
            raise NotAllowed(COMPARE)
        block = lead_block(scope, period, chosen.path)
        keys = ("received", "valid_share", "hot_share", "conversion_same")
        labels = labels_of(chosen, block.parts)
        parts = [_part(*labels.get(key or 0, ("", "")), each.now, keys) for key, each in block.parts.items()]
        figures = [_figure(key, block.total) for key in keys]
        return FiguresOut(scope.place.code, scope.place.label, _period(period), figures, parts)


class ResponseController(_Figures):
    """Response times."""

    @endpoint(READ, operation_id="getResponseTime")
    def get(self, parsed_query: Query[ScopeQuery]) -> FiguresOut:
        """Read response times.

        First human contact after the hand-over, in seconds of business time; median, P90 and what was missed.
        """
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        block = read_hand_overs(self.actor, scope, period, self.at)
        return self.figures(scope, period, _RESPONSE, [block], block.total)


class ShowroomController(_Figures):
    """The showroom."""

    @endpoint(READ, operation_id="getShowroomFigures")
    def get(self, parsed_query: Query[ScopeQuery]) -> FiguresOut:
        """Read showroom figures.

        Visitors, contacts left, second visits and test drives of the period.
        """
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        blocks = read_showroom(self.actor, scope, period)
        return self.figures(scope, period, _SHOWROOM, blocks, joined([block.total for block in blocks]))


class LoopController(_Figures):
    """The loop."""

    @endpoint(READ, operation_id="getLoop")
    def get(self, parsed_query: Query[ScopeQuery]) -> LoopOut:
        """Read the loop.

        What became of the hand-overs of the period, stage by stage, and where leads leak.
        """
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        block = read_hand_overs(self.actor, scope, period, self.at)
        found = self.figures(scope, period, _LOOP, [block], block.total)
        funnel, leaks = (_hand_over_stages(names, block.total.now) for names in (_LOOP_STAGES, _LEAKS))
        return LoopOut(found.organisation, found.name, found.period, found.figures, found.parts, funnel, leaks)


class HandOversController(_Figures):
    """Hand-overs."""

    @endpoint(READ, operation_id="listHandOvers")
    def get(self, parsed_query: Query[HandOverQuery]) -> Page[HandOverOut]:
        """List the hand-overs behind a figure of the loop or of response times, latest first."""
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        rows = list_hand_overs(scope, period, parsed_query.stage, self.at)
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _hand_over)


class CampaignsController(_Figures):
    """Campaigns."""

    @endpoint(COMPARE, operation_id="getCampaignFigures")
    def get(self, parsed_query: Query[CampaignFigureQuery]) -> CampaignsOut:
        """Read campaign figures.

        Cost per lead, cost per sale and return on cost; for headquarters.
        """
        scope, period = self.scope(parsed_query.organisation, parsed_query), self.period(parsed_query)
        if not scope.is_network:
            raise NotAllowed(COMPARE, scope.place.id)
        found = campaign_results(scope, period, parsed_query.model)
        return CampaignsOut(parsed_query.model, _period(period), [_campaign(each) for each in found])


def _hand_over_stages(names: Sequence[str], counts: Counts) -> list[StageOut]:
    return [StageOut(name, str(STAGE_LABELS[name]), int(counts.get(name) or 0)) for name in names]


def _hand_over(row: Any) -> HandOverOut:
    return HandOverOut(
        lead=row.lead_ref or "",
        dealer=row.owner.code,
        dispatched_at=row.dispatched_at,
        accepted_at=row.accepted_at,
        first_contacted_at=row.first_contacted_at,
        response_seconds=row.response_seconds,
        outcome=row.outcome,
        decline_reason=row.decline_reason.code if row.decline_reason else "",
    )


def _campaign(result: CampaignResult) -> CampaignFigureOut:
    campaign, counts = result.campaign, result.counts
    return CampaignFigureOut(
        code=campaign.code if campaign else "",
        name=campaign.label if campaign else "",
        currency=campaign.currency if campaign else "",
        cost=counts["cost"],
        leads=counts["leads"] or 0,
        sales=counts["sales"] or 0,
        margin=counts["margin"] or 0,
        cpl=METRICS["cpl"].value(counts),
        cps=METRICS["cps"].value(counts),
        roi=METRICS["roi"].value(counts),
    )


def _period(period: Period) -> PeriodOut:
    return PeriodOut(period.first, period.last, period.zone)


def _figure(key: str, counts: Compared) -> FigureOut:
    metric = METRICS[key]
    top, bottom = (counts.now.get(name) if metric.bottom else None for name in (metric.top, metric.bottom))
    now, before = metric.value(counts.now), metric.value(counts.before)
    return FigureOut(key, str(metric.label), str(metric.definition), metric.unit, now, before, top, bottom)


def _parts(scope: BoardScope, blocks: Sequence[Block], keys: Iterable[str]) -> list[PartOut]:
    labels: Mapping[int, tuple[str, str]] = parts_of(scope)
    found = [_part(*names, _counts(blocks, key), keys) for key, names in labels.items()]
    return [*found, _part("", "", _counts(blocks, None), keys)] if any(None in b.parts for b in blocks) else found


def _counts(blocks: Sequence[Block], key: int | None) -> Counts:
    return {name: value for block in blocks if key in block.parts for name, value in block.parts[key].now.items()}


def _part(code: str, name: str, counts: Counts, keys: Iterable[str]) -> PartOut:
    return PartOut(code, name, dict(counts), {key: METRICS[key].value(counts) for key in keys})


urls: list[URLPattern] = [
    path("insight/boards/<str:organisation>", BoardController.as_view(), name="board"),
    path("insight/funnel", FunnelController.as_view(), name="funnel"),
    path("insight/response-time", ResponseController.as_view(), name="response_time"),
    path("insight/loop", LoopController.as_view(), name="loop"),
    path("insight/hand-overs", HandOversController.as_view(), name="hand_overs"),
    path("insight/showroom", ShowroomController.as_view(), name="showroom_figures"),
    path("insight/campaigns", CampaignsController.as_view(), name="campaign_figures"),
]
