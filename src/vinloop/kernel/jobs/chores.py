"""The kernel's own housekeeping, by the clock."""

from __future__ import annotations

import logging

from django.db import connection
from django.utils import timezone

from vinloop.kernel.jobs.declare import periodic_job

log = logging.getLogger(__name__)

_STALLED = """
SELECT j.id, j.queueing_lock IS NOT NULL AND EXISTS (
  SELECT FROM procrastinate_jobs w WHERE w.queueing_lock = j.queueing_lock AND w.status = 'todo'
)
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '30 seconds')
ORDER BY j.id FOR UPDATE OF j SKIP LOCKED LIMIT 1000
"""
_RETRY = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_ABORT = "SELECT procrastinate_finish_job_v1(%s, 'aborted', false)"
# Failed jobs are not touched: they are the dead-letter list.
_REMOVE = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT j.id FROM procrastinate_jobs j
  WHERE j.status IN ('succeeded', 'aborted', 'cancelled') AND NOT EXISTS (
    SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '7 days'
  ) LIMIT 100000
)
"""


@periodic_job("* * * * *")
def retry_stalled_jobs() -> None:
    """Every minute: jobs whose worker was killed run again, on another one."""
    with connection.cursor() as cursor:
        cursor.execute(_STALLED)
        stalled = cursor.fetchall()
        for job_id, successor_waits in stalled:
            # A periodic job whose next run already waits need not run twice.
            cursor.execute(_ABORT if successor_waits else _RETRY, [job_id])
    if stalled:
        log.warning("%d jobs of lost workers were put back", len(stalled))


@periodic_job("17 * * * *")
def forget_idempotency_keys() -> None:
    """Every hour: answers older than 48 hours are not repeated any more."""
    from vinloop.kernel.api.idempotency import forget_old_keys

    forget_old_keys(timezone.now())


@periodic_job("5 3 1 * *")
def make_event_partitions() -> None:
    """Every month: the event table has room for the year to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vinloop_event_partitions(1, 4)")


@periodic_job("40 3 * * *")
def remove_finished_jobs() -> None:
    """Every night: jobs that ended well a week ago are forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE)
