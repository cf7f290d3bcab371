"""The list of hand-overs behind the figures of the loop and of response times."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy

from vinloop.insight.models import HandOver
from vinloop.insight.queries.aggregates import in_span
from vinloop.insight.queries.blocks import ResponseGoals, hand_over_conditions, hand_overs_in
from vinloop.insight.queries.scope import BoardScope
from vinloop.insight.rules.periods import Period

NEWEST = ("-dispatched_at", "-id")
ALL = "dispatched"
# What can be asked of a hand-over, in the words of boards and lists.
STAGE_LABELS = {
    "dispatched": gettext_lazy("All"),
    "accepted": gettext_lazy("Accepted"),
    "contacted": gettext_lazy("Contacted by the dealer"),
    "test_driven": gettext_lazy("Test drive done"),
    "ordered": gettext_lazy("Ordered"),
    "delivered": gettext_lazy("Delivered"),
    "answered": gettext_lazy("First contact made"),
    "in_goal": gettext_lazy("Contacted within the goal"),
    "in_time": gettext_lazy("Contacted within the deadline"),
    "late": gettext_lazy("Contacted too late"),
    "unanswered": gettext_lazy("Not contacted by the deadline"),
    "missed": gettext_lazy("Missed"),
    "due": gettext_lazy("Contacted, or past the deadline"),
    "not_accepted": gettext_lazy("Not accepted"),
    "not_contacted": gettext_lazy("Accepted and not contacted"),
    "accept_late": gettext_lazy("Not accepted in time"),
    "declined": gettext_lazy("Declined"),
    "timed_out": gettext_lazy("Timed out"),
    "withdrawn": gettext_lazy("Withdrawn by headquarters"),
}


def list_hand_overs(scope: BoardScope, period: Period, stage: str, at: datetime) -> QuerySet[HandOver]:
    """Hand-overs of the period that are in ``stage``; an unknown stage asks for all of them. Order by ``NEWEST``.

    ``lead_ref`` is empty for a lead that has moved on.
    """
    conditions = hand_over_conditions(ResponseGoals.of(scope), at)
    rows = hand_overs_in(scope).filter(in_span("dispatched_at", period), conditions.get(stage, conditions[ALL]))
    rows = rows.annotate(lead_ref=F("kept__ref"), response_seconds=F("kept__response_seconds"))
    return rows.select_related("owner", "decline_reason")
