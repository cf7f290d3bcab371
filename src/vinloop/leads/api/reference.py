"""Endpoints of what administrators name: reason codes, lead sources, campaigns.

Everybody who sees leads may read them, because steps on a lead take their codes; what a campaign costs is for those
who keep campaigns.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from django.http import Http404
from django.urls import URLPattern
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, page_of, path
from vinloop.kernel.paging import paginate
from vinloop.leads.actions.catalogue import (
    CAMPAIGNS,
    REASONS,
    CampaignInput,
    ReasonInput,
    SourceInput,
    save_campaign,
    save_reason,
    save_source,
)
from vinloop.leads.models import Campaign, LeadSource, ReasonCode
from vinloop.leads.models.lead import Labelled
from vinloop.leads.queries.leads import READ

ORDER = ("position", "id")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
NameEn = Annotated[str, msgspec.Meta(max_length=120)]
Code = Annotated[str, msgspec.Meta(max_length=60, description="Used in files and addresses; it never changes")]
Position = Annotated[int, msgspec.Meta(ge=0, le=30_000)]
Cost = Annotated[int, msgspec.Meta(ge=0, le=10**15, description="Minor units of `currency`")]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
ReasonKind = Literal["lost", "invalid", "declined"]
Family = Literal["web", "hotline", "event", "referral", "showroom", "portal", "file"]
R = TypeVar("R", bound=Labelled)


class CodePath(msgspec.Struct, frozen=True):
    """Which entry."""

    code: str


class ReasonCodeQuery(PageQuery, frozen=True, kw_only=True):
    """Which reasons to list."""

    kind: Literal["", "lost", "invalid", "declined"] = ""
    is_active: bool | None = None


class LeadSourceQuery(PageQuery, frozen=True, kw_only=True):
    """Which sources to list."""

    family: Literal["", "web", "hotline", "event", "referral", "showroom", "portal", "file"] = ""
    is_active: bool | None = None


class CampaignQuery(PageQuery, frozen=True, kw_only=True):
    """Which campaigns to list."""

    is_active: bool | None = None


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """What every entry has; one that is not active is out of use and stays for old leads."""

    code: str
    name: str
    name_en: str
    position: int
    is_active: bool


class ReasonCodeOut(EntryOut, frozen=True, kw_only=True):
    """Why a lead was lost, invalid or declined."""

    kind: str
    asks_competitor: bool


class LeadSourceOut(EntryOut, frozen=True, kw_only=True):
    """Where leads come from."""

    family: str


class CampaignOut(EntryOut, frozen=True, kw_only=True):
    """A campaign. ``cost`` in minor units of ``currency``, ``null`` for those who do not keep campaigns."""

    starts_on: date | None
    ends_on: date | None
    cost: int | None
    currency: str


class EntryChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    name: Name | UnsetType = UNSET
    name_en: NameEn | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ReasonCodeChange(EntryChange, frozen=True, kw_only=True):
    """What to change of a reason."""

    asks_competitor: bool | UnsetType = UNSET


class LeadSourceChange(EntryChange, frozen=True, kw_only=True):
    """What to change of a source."""

    family: Family | UnsetType = UNSET


class CampaignChange(EntryChange, frozen=True, kw_only=True):
    """What to change of a campaign; ``null`` takes a day away."""

    starts_on: date | UnsetType | None = UNSET
    ends_on: date | UnsetType | None = UNSET
    cost: Cost | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET


class EntryIn(msgspec.Struct, frozen=True, kw_only=True):
    """What every new entry has."""

    code: Code
    name: Name
    name_en: NameEn = ""
    position: Position = 0
    is_active: bool = True


class ReasonCodeIn(EntryIn, frozen=True, kw_only=True):
    """A new reason."""

    kind: ReasonKind
    asks_competitor: bool = False


class LeadSourceIn(EntryIn, frozen=True, kw_only=True):
    """A new source."""

    family: Family = "portal"


class CampaignIn(EntryIn, frozen=True, kw_only=True):
    """A new campaign."""

    starts_on: date | None = None
    ends_on: date | None = None
    cost: Cost = 0
    currency: Currency = "CNY"


class ReasonsController(ApiController):
    """Reason codes."""

    tags = ("Reference",)

    @endpoint(READ, operation_id="listReasonCodes")
    def get(self, parsed_query: Query[ReasonCodeQuery]) -> Page[ReasonCodeOut]:
        """List the reasons why leads end."""
        rows = ReasonCode.objects.filter(**_wanted(kind=parsed_query.kind, is_active=parsed_query.is_active))
        return page_of(paginate(rows, ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit), _reason)

    @endpoint(REASONS, operation_id="addReasonCode")
    def post(self, parsed_body: Body[ReasonCodeIn]) -> ReasonCodeOut:
        """Add a reason."""
        reason = ReasonInput(**_fields(parsed_body))
        return _reason(save_reason(actor=self.actor, reason_id=None, reason=reason, at=self.at))


class ReasonController(ApiController):
    """One reason code."""

    tags = ("Reference",)

    @endpoint(REASONS, operation_id="changeReasonCode")
    def patch(self, parsed_path: Path[CodePath], parsed_body: Body[ReasonCodeChange]) -> ReasonCodeOut:
        """Change the words of a reason, or take it out of use."""
        row = _found(ReasonCode, parsed_path.code)
        reason = ReasonInput(**_merged(row, ReasonInput, parsed_body))
        return _reason(save_reason(actor=self.actor, reason_id=row.pk, reason=reason, at=self.at))


class SourcesController(ApiController):
    """Lead sources."""

    tags = ("Reference",)

    @endpoint(READ, operation_id="listLeadSources")
    def get(self, parsed_query: Query[LeadSourceQuery]) -> Page[LeadSourceOut]:
        """List where leads come from."""
        rows = LeadSource.objects.filter(**_wanted(family=parsed_query.family, is_active=parsed_query.is_active))
        return page_of(paginate(rows, ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit), _source)

    @endpoint(CAMPAIGNS, operation_id="addLeadSource")
    def post(self, parsed_body: Body[LeadSourceIn]) -> LeadSourceOut:
        """Add a source."""
        source = SourceInput(**_fields(parsed_body))
        return _source(save_source(actor=self.actor, source_id=None, source=source, at=self.at))


class SourceController(ApiController):
    """One lead source."""

    tags = ("Reference",)

    @endpoint(CAMPAIGNS, operation_id="changeLeadSource")
    def patch(self, parsed_path: Path[CodePath], parsed_body: Body[LeadSourceChange]) -> LeadSourceOut:
        """Name and file a source, or take it out of use."""
        row = _found(LeadSource, parsed_path.code)
        source = SourceInput(**_merged(row, SourceInput, parsed_body))
        return _source(save_source(actor=self.actor, source_id=row.pk, source=source, at=self.at))


class CampaignsController(ApiController):
    """Campaigns."""

    tags = ("Reference",)

    @endpoint(READ, operation_id="listCampaigns")
    def get(self, parsed_query: Query[CampaignQuery]) -> Page[CampaignOut]:
        """List campaigns with their days."""
        page = paginate(
            Campaign.objects.filter(**_wanted(is_active=parsed_query.is_active)),
            ORDER,
            cursor=parsed_query.cursor,
            limit=parsed_query.limit,
        )
        return page_of(page, lambda row: _campaign(self.actor, row))

    @endpoint(CAMPAIGNS, operation_id="addCampaign")
    def post(self, parsed_body: Body[CampaignIn]) -> CampaignOut:
        """Add a campaign."""
        campaign = CampaignInput(**_fields(parsed_body))
        return _campaign(self.actor, save_campaign(actor=self.actor, campaign_id=None, campaign=campaign, at=self.at))


class CampaignController(ApiController):
    """One campaign."""

    tags = ("Reference",)

    @endpoint(CAMPAIGNS, operation_id="changeCampaign")
    def patch(self, parsed_path: Path[CodePath], parsed_body: Body[CampaignChange]) -> CampaignOut:
        """Change a campaign's words, days or cost, or take it out of use."""
        row = _found(Campaign, parsed_path.code)
        campaign = CampaignInput(**_merged(row, CampaignInput, parsed_body))
        return _campaign(self.actor, save_campaign(actor=self.actor, campaign_id=row.pk, campaign=campaign, at=self.at))


def _wanted(**asked: Any) -> dict[str, Any]:
    """Only what was asked for."""
    return {name: value for name, value in asked.items() if value not in ("", None)}


def _found(model: type[R], code: str) -> R:
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise Http404
    return row


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(struct)


def _merged(row: Labelled, shape: type[msgspec.Struct], wish: EntryChange) -> dict[str, Any]:
    """The row as the action takes it, with what the caller changes."""
    now = {name: getattr(row, name) for name in shape.__struct_fields__}
    return now | {name: value for name, value in _fields(wish).items() if value is not UNSET}


def _entry(row: Labelled) -> dict[str, Any]:
    return {name: getattr(row, name) for name in EntryOut.__struct_fields__}


def _reason(row: ReasonCode) -> ReasonCodeOut:
    return ReasonCodeOut(**_entry(row), kind=row.kind, asks_competitor=row.asks_competitor)


def _source(row: LeadSource) -> LeadSourceOut:
    return LeadSourceOut(**_entry(row), family=row.family)


def _campaign(actor: Actor, row: Campaign) -> CampaignOut:
    cost = row.cost if actor.may(CAMPAIGNS) else None
    return CampaignOut(**_entry(row), starts_on=row.starts_on, ends_on=row.ends_on, cost=cost, currency=row.currency)


urls: list[URLPattern] = [
    path("reason-codes", ReasonsController.as_view(), name="reason-codes"),
    path("reason-codes/<str:code>", ReasonController.as_view(), name="reason-code"),
    path("lead-sources", SourcesController.as_view(), name="lead-sources"),
    path("lead-sources/<str:code>", SourceController.as_view(), name="lead-source"),
    path("campaigns", CampaignsController.as_view(), name="campaigns"),
    path("campaigns/<str:code>", CampaignController.as_view(), name="campaign"),
]
