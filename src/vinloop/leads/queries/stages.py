"""How far a lead has come and what is late about it: one definition for the lists and for the figures.

A figure that says 38 opens a list of 38, because both ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vinloop.leads.models import Lead, LeadSource

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Stage:
    """A point on the way. ``at`` is the field which says when it was reached; empty for what is so now.

    ``before`` takes the moment a span begins and says what must have been so by then.
    """

    label: StrOrPromise
    condition: Q
    at: str = ""
    before: Callable[[datetime], Q] | None = None


@dataclass(frozen=True, slots=True)
class LateStage:
    """Something that should have happened by now; ``condition`` takes the present moment."""

    label: StrOrPromise
    condition: Callable[[datetime], Q]


COHORT_DAYS = 90


def open_at_dealer(moment: datetime) -> Q:
    """Received and handed to a dealer before a moment, and neither ordered nor closed by then."""
    was_open = Q(closed_at__isnull=True) | Q(closed_at__gte=moment)
    not_ordered = Q(ordered_at__isnull=True) | Q(ordered_at__gte=moment)
    return Q(received_at__lt=moment, dispatched_at__lt=moment) & was_open & not_ordered


_VALID = ~Q(status="invalid") & (Q(verified_at__isnull=False) | Q(dispatched_at__isnull=False))
_PROSPECT = _VALID & Q(dispatched_at__isnull=False)
_REFERRED = Q(source__family=LeadSource.Family.REFERRAL)

STAGES: Mapping[str, Stage] = {
    "received": Stage(_("Received"), Q(), "received_at"),
    "valid": Stage(_("Valid"), _VALID, "verified_at"),
    "judged": Stage(_("Valid or invalid"), _VALID | Q(status="invalid")),
    "hot": Stage(_("Hot"), _VALID & Q(is_hot=True), "verified_at"),
    "dispatched": Stage(_("Handed to a dealer"), Q(dispatched_at__isnull=False), "dispatched_at"),
    "prospect": Stage(_("Prospect at a dealer"), _PROSPECT, "dispatched_at"),
    "contacted": Stage(_("Contacted by the dealer"), Q(first_contacted_at__isnull=False), "first_contacted_at"),
    "visited": Stage(_("Came to the showroom"), Q(visited_at__isnull=False), "visited_at"),
    "test_driven": Stage(_("Test drive done"), Q(test_driven_at__isnull=False), "test_driven_at"),
    "ordered": Stage(_("Ordered"), Q(ordered_at__isnull=False), "ordered_at"),
    "converted": Stage(_("Ordered as a prospect"), _PROSPECT & Q(ordered_at__isnull=False), "ordered_at"),
    "carried_over": Stage(
        _("Ordered, carried over"), _PROSPECT & Q(ordered_at__isnull=False), "ordered_at", before=open_at_dealer
    ),
    "cohort": Stage(
        _("Ordered within 90 days"), _PROSPECT & Q(ordered_at__lte=F("received_at") + timedelta(days=COHORT_DAYS))
    ),
    "delivered": Stage(_("Delivered"), Q(delivered_at__isnull=False), "delivered_at"),
    "referred": Stage(_("Delivered after a referral"), Q(delivered_at__isnull=False) & _REFERRED, "delivered_at"),
    "lost_reported": Stage(_("Reported lost"), Q(status__in=("lost", "lost_pending"))),
    "lost_clear": Stage(
        _("Lost with a reviewed reason"),
        Q(status="lost", lost_reason__isnull=False, lost_reviewed_by__isnull=False),
        "closed_at",
    ),
}
LATE: Mapping[str, LateStage] = {
    "accept_late": LateStage(
        _("Not accepted in time"), lambda at: Q(status="dispatched", open_assignment__accept_by__lt=at)
    ),
    "contact_late": LateStage(
        _("Not contacted in time"),
        lambda at: Q(status="accepted", first_contacted_at__isnull=True, open_assignment__contact_by__lt=at),
    ),
    "follow_up_late": LateStage(_("Follow-up overdue"), lambda at: Q(status="working", next_follow_up_at__lt=at)),
    "review_waits": LateStage(_("Lost, waiting for review"), lambda _at: Q(status="lost_pending")),
    "call_late": LateStage(_("Verification call overdue"), lambda at: Q(status="new", next_attempt_at__lt=at)),
    "not_placed": LateStage(_("No dealer found yet"), lambda _at: Q(status="ready")),
}


def condition_of(name: str, at: datetime) -> Q:
    """What a lead must be to count. Raises ``LookupError`` for a name that is not known."""
    return STAGES[name].condition if name in STAGES else LATE[name].condition(at)


def with_clocks(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """Leads with the assignment that is open, for the conditions which look at its clocks."""
    still_open = FilteredRelation("assignments", condition=Q(assignments__ended_at__isnull=True))
    return rows.alias(open_assignment=still_open)


def stage_label(name: str) -> StrOrPromise:
    """The stage in words; empty for one that is not known."""
    known = STAGES.get(name) or LATE.get(name)
    return known.label if known else ""


def at_stage(
    rows: QuerySet[Lead], name: str, at: datetime, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Lead]:
    """Leads that reached a stage, within a time where it is known when. An unknown stage asks for nothing."""
    if not stage_label(name):
        return rows
    rows = with_clocks(rows).filter(condition_of(name, at))
    stage = STAGES.get(name)
    field = stage.at if stage else ""
    if stage and stage.before and since:
        rows = rows.filter(stage.before(since))
    if field and since:
        rows = rows.filter(**{f"{field}__gte": since})
    if field and until:
        rows = rows.filter(**{f"{field}__lt": until})
    return rows
