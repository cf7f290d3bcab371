"""Failed background jobs: tried again, or given up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.admin.events import JobDropped, JobReplayed, about_job
from vinloop.kernel.events import record

MANAGE: Final = "kernel.job:manage"


def replay_jobs(*, actor: Actor, job_ids: Collection[int] | None, at: datetime) -> int:
    """Queue failed jobs once more (``None``: all of them); answers how many.

    A job of which another one is waiting already is left alone: the waiting one does the same work.
    """
    return sum(_replay(job, actor, at) for job in _failed(actor, job_ids))


def drop_jobs(*, actor: Actor, job_ids: Collection[int] | None, at: datetime) -> int:
    """Give failed jobs up (``None``: all of them); answers how many."""
    jobs = _failed(actor, job_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = ANY (%s) AND status = 'failed'", [[job.pk for job in jobs]]
        )
    for job in jobs:
        subject = about_job(job.pk, actor.organisation_id)
        record(JobDropped(task=job.task_name), actor=actor, subject=subject, at=at)
    return len(jobs)


def _failed(actor: Actor, job_ids: Collection[int] | None) -> list[ProcrastinateJob]:
    """Jobs work for the whole installation, so only headquarters touches them."""
    actor.require(MANAGE)
    if not actor.sees_all:
        raise NotAllowed(MANAGE)
    failed = ProcrastinateJob.objects.select_for_update().filter(status="failed").order_by("pk")
    return list(failed if job_ids is None else failed.filter(pk__in=job_ids))


def _replay(job: ProcrastinateJob, actor: Actor, at: datetime) -> int:
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id=job.pk, retry_at=at)
    except UniqueViolation:
        return 0
    record(JobReplayed(task=job.task_name), actor=actor, subject=about_job(job.pk, actor.organisation_id), at=at)
    return 1
