"""The list of hand-overs behind the figures of the loop and of response times."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from vinloop.insight.models import HandOver
from vinloop.insight.queries.aggregates import in_span
from vinloop.insight.queries.blocks import ResponseGoals, hand_over_conditions, hand_overs_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.rules.periods import Period

NEWEST = ("-dispatched_at", "-id")
ALL = "dispatched"


def list_hand_overs(scope: BoardScope, period: Period, stage: str, at: datetime) -> QuerySet[HandOver]:
    """Hand-overs of the period that are in ``stage``; an unknown stage asks for all of them. Order by ``NEWEST``.

    ``lead_ref`` is empty for a lead that has moved on.
    """
    conditions = hand_over_conditions(ResponseGoals.of(scope), at)
    rows = hand_overs_in(scope).filter(in_span("dispatched_at", period), conditions.get(stage, conditions[ALL]))
    rows = rows.annotate(lead_ref=F("kept__ref"), response_seconds=F("kept__response_seconds"))
    return rows.select_related("owner", "decline_reason")
