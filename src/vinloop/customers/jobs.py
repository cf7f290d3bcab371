"""Background work of the customers room."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from vinloop.customers.models import SourceRecord
from vinloop.customers.quality.counting import count_quality
from vinloop.customers.running import ON_REQUEST, resolve_now
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.jobs import job, periodic_job

log = logging.getLogger(__name__)
ONE_AT_A_TIME = "customers.resolve"
MEMORY, THREADS = 2.0, 2  # gigabytes and threads a run takes beside the other jobs of a worker


@job(queue="imports", lock=ONE_AT_A_TIME, is_one_transaction=False)
def resolve_new() -> None:
    """Bring records that came in to their customers. Harmless when repeated, and when nothing waits."""
    if waiting := _waiting():
        _resolve(is_full=False)
        _count(waiting)


@periodic_job("*/10 * * * *", lock=ONE_AT_A_TIME, is_one_transaction=False)
def resolve_what_came() -> None:
    """Every ten minutes: records that came since find their customers."""
    with acting(system_actor()):
        waits = SourceRecord.objects.filter(Q(is_compared=False) | Q(edition=0)).exists()
    if waits:
        _resolve(is_full=False)


@periodic_job("30 18 * * *", lock=ONE_AT_A_TIME, is_one_transaction=False)
def resolve_everything() -> None:
    """Every night (02:30 in China): all records are compared anew, with weights trained anew."""
    _resolve(is_full=True)


@job(queue="imports", attempts=2, queueing_lock=ON_REQUEST, lock=ONE_AT_A_TIME,
     is_one_transaction=False)  # fmt: skip
def resolve_on_request() -> None:
    """A steward asked for a run."""
    waiting = _waiting()
    _resolve(is_full=False)
    _count(waiting)


@job(queue="imports")
def count_quality_of(source: str) -> None:
    """After an import: the quality board shows the source as it is now."""
    count_quality(actor=system_actor("job"), at=timezone.now(), source=source)


@periodic_job("10 20 * * *")
def count_quality_of_everything() -> None:
    """Every night, after identity resolution: records grow stale without anybody touching them."""
    count_quality(actor=system_actor("job"), at=timezone.now())


def queue_run() -> bool:
    """Queue a run a steward asks for; False when one waits already."""
    try:
        with transaction.atomic():
            resolve_on_request.defer()
    except AlreadyEnqueued:
        return False
    return True


def _waiting() -> list[str]:
    """The sources of records that wait for their customers."""
    with acting(system_actor()):
        found = SourceRecord.objects.filter(is_compared=False).order_by("source").values_list("source", flat=True)
        return list(found.distinct())


def _count(sources: Iterable[str]) -> None:
    """Before the run their records counted as not resolved, and nobody's twin was known."""
    for source in sources:
        with acting(system_actor("job")) as system:
            count_quality(actor=system, at=timezone.now(), source=source)


def _resolve(*, is_full: bool) -> None:
    """Chunks are committed one by one, so that no run holds the base and a killed one leaves whole customers."""
    resolve_now(is_full=is_full, memory=MEMORY, threads=THREADS, tell=log.info)
