"""Queues the search for a dealer, when hot leads go out at once."""

from __future__ import annotations

from vinloop.kernel.jobs import defer
from vinloop.kernel.settings import get_setting


def dispatch_soon(lead_id: int) -> None:
    """Let a worker find a dealer as soon as this transaction is committed; the daily run does it otherwise."""
    if get_setting("leads.dispatch_mode") == "at_once":
        defer("leads.jobs.dispatch_now", queue="urgent", lead_ids=[lead_id])
