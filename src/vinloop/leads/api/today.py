"""Endpoints of the day's work: a dealer's lanes, and the dealers a lead could go to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Path, Query, endpoint, path
from vinloop.kernel.models import User
from vinloop.leads.api.shapes import LeadPath
from vinloop.leads.queries.leads import READ, get_lead
from vinloop.leads.queries.preview import Candidate, candidates_for
from vinloop.leads.queries.today import ANYBODY, NOBODY, Card, Clock, Lane, LaneCards, TodayFilter, today_lanes
from vinloop.leads.rules.next_step import next_step

NOBODY_KNOWN = "0"  # somebody nobody knows has no work


class TodayQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose work, and which part of it: at most 50 leads of a lane at a time."""

    consultant: Annotated[str, msgspec.Meta(description="A log-in name, or `none`; for who gives leads to others")] = ""
    lane: Literal["", "overdue", "today", "next", "review"] = ""
    skip: Annotated[int, msgspec.Meta(ge=0, le=100_000, description="Leads of the lane to pass over")] = 0


class LastContactOut(msgspec.Struct, frozen=True):
    """The latest contact about a lead."""

    channel: str
    result: str
    note: str
    at: datetime


class CardOut(msgspec.Struct, frozen=True, kw_only=True):
    """A lead in its lane. ``clock`` says what ``due_at`` is the deadline of, ``next_step`` what the caller does now."""

    ref: str
    clock: Clock
    due_at: datetime
    status: str
    level: str
    is_hot: bool
    touch_count: int
    customer_ref: str
    customer_name: str
    model: str
    consultant: str
    next_step: str
    test_drive: str
    test_drive_at: datetime | None
    last_contact: LastContactOut | None
    lost_reason: str
    lost_note: str


class LaneOut(msgspec.Struct, frozen=True):
    """A lane, most urgent first. ``total`` counts also the leads that are not among ``items``."""

    lane: Lane
    total: int
    items: list[CardOut]


class TodayOut(msgspec.Struct, frozen=True):
    """The lanes of the caller's dealer; ``review`` holds losses to approve."""

    lanes: list[LaneOut]


class CandidateOut(msgspec.Struct, frozen=True):
    """A dealer that would be asked. ``parts`` add up to ``total``: why this dealer."""

    code: str
    name: str
    total: float
    parts: dict[str, float]
    distance_km: float | None
    open_leads: int


class CandidatesOut(msgspec.Struct, frozen=True):
    """Dealers, best first."""

    items: list[CandidateOut]


class TodayController(ApiController):
    """The day's work."""

    tags = ("Leads",)

    @endpoint(READ, operation_id="getToday")
    def get(self, parsed_query: Query[TodayQuery]) -> TodayOut:
        """Read the work of today.

        Open leads of the caller's dealer in the lane their clock puts them in. Who gives leads to others sees
        everybody's; a consultant sees their own and those nobody has.
        """
        wanted = TodayFilter(
            consultant=_consultant(parsed_query.consultant), lane=parsed_query.lane, skip=parsed_query.skip
        )
        lanes = today_lanes(self.actor, wanted, now=self.at)
        return TodayOut([self._lane(each) for each in lanes.values()])

    def _lane(self, lane: LaneCards) -> LaneOut:
        return LaneOut(
            lane.lane, lane.total, [_card(card, next_step(card.progress, self.actor.may)) for card in lane.cards]
        )


class CandidatesController(ApiController):
    """Dealers for a lead."""

    tags = ("Leads",)

    @endpoint("leads.lead:verify", operation_id="listDealersForLead")
    def get(self, parsed_path: Path[LeadPath]) -> CandidatesOut:
        """List the dealers that would be asked for a lead, best first, and why; at most five."""
        lead = get_lead(self.actor, parsed_path.ref)
        return CandidatesOut([_candidate(each) for each in candidates_for(self.actor, lead, at=self.at)])


def _consultant(username: str) -> str:
    if username in (ANYBODY, NOBODY):
        return username
    found = User.objects.filter(username=username).values_list("pk", flat=True).first()
    return str(found) if found else NOBODY_KNOWN


def _card(card: Card, step: str | None) -> CardOut:
    last = card.last
    return CardOut(
        ref=card.ref,
        clock=card.clock,
        due_at=card.due_at,
        status=card.status,
        level=card.level,
        is_hot=card.is_hot,
        touch_count=card.touch_count,
        customer_ref=card.customer_ref,
        customer_name=card.customer_name,
        model=card.model,
        consultant=card.consultant,
        next_step=step or "",
        test_drive=card.drive_ref,
        test_drive_at=card.drive_at,
        last_contact=LastContactOut(last.channel, last.result, last.note, last.at) if last else None,
        lost_reason=card.lost_reason,
        lost_note=card.lost_note,
    )


def _candidate(found: Candidate) -> CandidateOut:
    return CandidateOut(found.code, found.name, found.total, found.parts, found.distance_km, found.open_leads)


urls: list[URLPattern] = [
    path("today", TodayController.as_view(), name="today"),
    path("leads/<str:ref>/dealers", CandidatesController.as_view(), name="lead-dealers"),
]
