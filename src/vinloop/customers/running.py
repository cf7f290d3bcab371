"""Identity resolution as commands and jobs run it: the engine chosen, the steps told, the links written out."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from vinloop.customers.actions.relations import derive_relations, looked_at
from vinloop.customers.actions.resolve import Resolved, end_run, resolve_waiting
from vinloop.customers.actions.weights import is_outgrown
from vinloop.customers.after_resolving import after_resolving
from vinloop.customers.privacy.numbers import Resealed, are_numbers_behind, reseal_all
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import system_actor

_LINKS = """
SELECT r.source, r.key, coalesce(m.ref, c.ref, ''), r.probability
FROM customers_sourcerecord r LEFT JOIN customers_customer c ON c.id = r.customer_id
LEFT JOIN customers_customer m ON m.id = c.merged_into_id ORDER BY r.source, r.key
"""
_AT_WORK = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s
    AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
  EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo')
"""
_PAGE = 10_000
RUN_LOCK = 0x5649_4E52  # "VINR"
ON_REQUEST = "customers.resolve_on_request"


def resolve_now(*, is_full: bool, memory: float, threads: int, tell: Callable[[str], object]) -> Resolved:
    """Resolve as the system; in full by itself when the base has outgrown the model.

    ``memory`` in gigabytes bounds the engine; ``tell`` gets a line per step. Runs of one base follow one another,
    whoever started them: a second waits until the first has ended.
    """
    with _one_at_a_time(tell):
        return _resolve(is_full=is_full, memory=memory, threads=threads, tell=tell)


def at_work() -> tuple[bool, bool]:
    """Whether somebody resolves at this moment, and whether a run somebody asked for still waits; one query.

    A run that was killed leaves its row behind, but not its lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AT_WORK, [RUN_LOCK, ON_REQUEST])
        is_held, waits = cursor.fetchone()
    return bool(is_held), bool(waits)


def reseal_now() -> Resealed:
    """Seal every identity number with the secret key of today."""
    return reseal_all(system_actor("cli"))


def are_numbers_behind_now() -> bool:
    """Whether identity numbers wait for ``reseal_now``."""
    return are_numbers_behind(system_actor("cli"))


def _resolve(*, is_full: bool, memory: float, threads: int, tell: Callable[[str], object]) -> Resolved:
    started = time.monotonic()

    def progress(step: str, done: int, total: int) -> None:
        tell(f"{time.monotonic() - started:7.1f} s  {step}: {done:,}" + (f" of {total:,}" if total > done else ""))

    actor = system_actor("cli")
    if is_full or _is_outgrown(actor):
        result = _resolve_all(actor, memory, threads, progress)
    else:
        result = resolve_waiting(actor=actor, at=timezone.now(), progress=progress)
    since = looked_at(actor, result.run)
    derive_relations(actor=actor, at=timezone.now(), since=since, progress=progress)
    after_resolving(actor=actor, at=timezone.now(), since=since, progress=progress)
    end_run(actor=actor, run_id=result.run, at=timezone.now())
    return result


def _resolve_all(actor: Actor, memory: float, threads: int, progress: Callable[[str, int, int], None]) -> Resolved:
    """Splink and DuckDB take a second and a hundred megabytes to load: only a full run does."""
    from vinloop.customers.actions.resolve_all import resolve_all
    from vinloop.customers.matching.duck import DuckEngine

    engine = DuckEngine(memory=memory, threads=threads)
    return resolve_all(actor=actor, engine=engine, at=timezone.now(), progress=progress)


def write_links(*, path: Path) -> int:
    """Every source record with its customer and the probability of the link; answers how many.

    A probability of 1 stands for records that were not scored: a customer's first, or one a person or door tied.
    """
    count = 0
    with acting(system_actor("cli")), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "source_key", "customer_ref", "probability"])
        with connection.connection.cursor(name="customers_links") as cursor:
            cursor.itersize = _PAGE
            for source, key, ref, probability in cursor.execute(_LINKS):
                writer.writerow([source, key, ref, f"{1.0 if probability is None else probability:.6f}"])
                count += 1
    return count


@contextmanager
def _one_at_a_time(tell: Callable[[str], object]) -> Iterator[None]:
    """Held by the connection, over all transactions of a run; it goes with a process that is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUN_LOCK])
        if not cursor.fetchone()[0]:
            tell("another run is at work: waiting for its end")
            cursor.execute("SELECT pg_advisory_lock(%s)", [RUN_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RUN_LOCK])


def _is_outgrown(actor: Actor) -> bool:
    with acting(actor):
        return is_outgrown()
