"""Background work of the leads room."""

from __future__ import annotations

from django.utils import timezone

from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.jobs import job, periodic_job
from vinloop.leads.actions.clocks import BATCH, collect_dormant, watch_assignments
from vinloop.leads.actions.dispatch import dispatch_leads, dispatch_ready_leads


@job(queue="urgent")
def dispatch_now(lead_ids: list[int]) -> None:
    """Hand out leads that became hot, or came back from a dealer, a moment ago."""
    dispatch_leads(actor=system_actor(), lead_ids=lead_ids, at=timezone.now())


@job()
def dispatch_chunk(after_id: int) -> None:
    """Hand out one chunk of the waiting leads and queue the next."""
    _, last_id = dispatch_ready_leads(actor=system_actor(), at=timezone.now(), after_id=after_id)
    if last_id:
        dispatch_chunk.defer(after_id=last_id)


@periodic_job("30 0 * * *")
def run_daily_dispatch() -> None:
    """The daily run, 08:30 in China: everything that still waits."""
    dispatch_chunk.defer(after_id=0)


@periodic_job("* * * * *")
def watch_clocks() -> None:
    """Take the steps of clocks that ran out, and find other dealers for what was taken back."""
    taken_back = watch_assignments(actor=system_actor(), at=timezone.now()).taken_back
    for start in range(0, len(taken_back), BATCH):
        dispatch_now.defer(lead_ids=taken_back[start : start + BATCH])


@periodic_job("15 19 * * *")
def collect_dormant_leads() -> None:
    """At night in China: leads nobody speaks to return to headquarters."""
    while collect_dormant(actor=system_actor(), at=timezone.now()) >= BATCH:
        continue
