"""When the clocks of an assignment want something, in the dealer's business time."""

from __future__ import annotations

from datetime import datetime

from vinloop.kernel.clocks import add_business_minutes
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Assignment
from vinloop.leads.rules.clocks import ClockMoments
from vinloop.network.schedules import schedule_of


def accept_moments(assignment: Assignment) -> ClockMoments:
    """The accept clock: remind at half time, escalate at the deadline, reassign some time after it."""
    return _moments(assignment, "accept", assignment.accept_by)


def contact_moments(assignment: Assignment) -> ClockMoments:
    """The first-contact clock; it began at the dispatch as well."""
    return _moments(assignment, "contact", assignment.contact_by)


def deadlines(dealer_id: int, at: datetime) -> tuple[datetime, datetime, datetime]:
    """Accept by, contact by, and the first moment to look again, for a dispatch at ``at``."""
    schedule = schedule_of(dealer_id)
    accept_minutes = int(get_setting("leads.accept_minutes", dealer_id))
    contact_minutes = int(get_setting("leads.contact_minutes", dealer_id))
    return (
        add_business_minutes(schedule, at, accept_minutes),
        add_business_minutes(schedule, at, contact_minutes),
        add_business_minutes(schedule, at, accept_minutes // 2),
    )


def _moments(assignment: Assignment, clock: str, deadline: datetime) -> ClockMoments:
    dealer_id = assignment.owner_id
    schedule = schedule_of(dealer_id)
    minutes = int(get_setting(f"leads.{clock}_minutes", dealer_id))
    grace = int(get_setting(f"leads.{clock}_reassign_minutes", dealer_id))
    return ClockMoments(
        remind_at=add_business_minutes(schedule, assignment.dispatched_at, minutes // 2),
        escalate_at=deadline,
        reassign_at=add_business_minutes(schedule, deadline, grace) if grace else None,
    )
