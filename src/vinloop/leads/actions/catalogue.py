"""Reason codes, sources and campaigns: what administrators name so that everybody counts the same.

A code never changes and is never removed: old leads keep their words, and processes remember codes by id. What is not
wanted any more is taken out of use.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, Subject, record
from vinloop.leads.actions.registry import code_of
from vinloop.leads.events import CampaignSaved, NotPossible, ReasonSaved, SourceSaved
from vinloop.leads.models import Campaign, LeadSource, ReasonCode
from vinloop.leads.models.lead import Labelled
from vinloop.leads.queries.desk import reason_codes

REASONS, CAMPAIGNS = "leads.reason:manage", "leads.campaign:manage"
Row = TypeVar("Row", bound=Labelled)


class ReasonInput(msgspec.Struct, frozen=True, kw_only=True):
    """A reason as an administrator names it."""

    kind: str
    code: str
    name: str
    name_en: str = ""
    asks_competitor: bool = False
    position: int = 0
    is_active: bool = True


class SourceInput(msgspec.Struct, frozen=True, kw_only=True):
    """A source as an administrator files it."""

    code: str
    name: str
    name_en: str = ""
    family: str = LeadSource.Family.PORTAL
    position: int = 0
    is_active: bool = True


class CampaignInput(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with its days and what it costs, in minor units of ``currency``."""

    code: str
    name: str
    name_en: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    cost: int = 0
    currency: str = "CNY"
    position: int = 0
    is_active: bool = True


def save_reason(*, actor: Actor, reason_id: int | None, reason: ReasonInput, at: datetime) -> ReasonCode:
    """Add a reason, or change the words of one. Raises ``NotPossible``: code_taken, code_required, unknown_kind."""
    actor.require(REASONS)
    if reason.kind not in ReasonCode.Kind.values:
        raise NotPossible("unknown_kind")
    row = _saved(ReasonCode, reason_id, msgspec.structs.asdict(reason), fixed=("code", "kind"))
    transaction.on_commit(reason_codes.forget)
    fact = ReasonSaved(code=row.code, reason_kind=row.kind, is_active=row.is_active)
    _announce(actor, "leads.reason", row, fact, at)
    return row


def save_source(*, actor: Actor, source_id: int | None, source: SourceInput, at: datetime) -> LeadSource:
    """Add a source, or name and file one that arrived by itself. Raises ``NotPossible`` like ``save_reason``."""
    actor.require(CAMPAIGNS)
    if source.family not in LeadSource.Family.values:
        raise NotPossible("unknown_kind")
    row = _saved(LeadSource, source_id, msgspec.structs.asdict(source), fixed=("code",))
    _announce(actor, "leads.source", row, SourceSaved(code=row.code, family=row.family, is_active=row.is_active), at)
    return row


def save_campaign(*, actor: Actor, campaign_id: int | None, campaign: CampaignInput, at: datetime) -> Campaign:
    """Add or change a campaign. Raises ``NotPossible``: code_taken, code_required, ends_before_start, bad_cost."""
    actor.require(CAMPAIGNS)
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise NotPossible("ends_before_start")
    if campaign.cost < 0:
        raise NotPossible("bad_cost")
    row = _saved(Campaign, campaign_id, msgspec.structs.asdict(campaign), fixed=("code",))
    fact = CampaignSaved(code=row.code, cost=row.cost, currency=row.currency, is_active=row.is_active)
    _announce(actor, "leads.campaign", row, fact, at)
    return row


def _saved(model: type[Row], row_id: int | None, values: dict[str, Any], *, fixed: tuple[str, ...]) -> Row:
    """The row with its new values; those of ``fixed`` are only set when it is made."""
    if row_id is not None:
        row = model._default_manager.select_for_update().get(pk=row_id)
        for name in values.keys() - set(fixed):
            setattr(row, name, values[name])
        row.save()
        return row
    code = code_of(values["code"])
    if not code:
        raise NotPossible("code_required")
    row, is_new = model._default_manager.get_or_create(code=code, defaults={**values, "code": code})
    if not is_new:
        raise NotPossible("code_taken")
    return row


def _announce(actor: Actor, kind: str, row: Labelled, fact: Fact, at: datetime) -> None:
    record(fact, actor=actor, subject=Subject(kind, row.pk, actor.organisation_id, row.code), at=at)
