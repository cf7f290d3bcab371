"""The health check, and the kernel's chores that keep a worker's loss from mattering."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from procrastinate.contrib.django import app
from tests.kernel.programs import make_network

from vinloop.kernel import health
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.access.gate import access_of
from vinloop.kernel.jobs import chores

pytestmark = pytest.mark.django_db
CHORES = {"retry_stalled_jobs", "forget_idempotency_keys", "make_event_partitions", "remove_finished_jobs"}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    health.forget_health()


def ask() -> Any:
    request: HttpRequest = RequestFactory().get("/healthz", SERVER_NAME="127.0.0.1", SERVER_PORT="1")
    return health.healthz(request)


def put_worker(age: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [age]
        )
        row = cursor.fetchone()
    assert row
    return int(row[0])


def test_it_says_what_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    assert b'"worker": "down", "live": "down"' in ask().content
    assert ask().status_code == 503
    put_worker("61 seconds")
    health.forget_health()
    assert b'"database": "up", "worker": "down"' in ask().content
    put_worker("5 seconds")
    monkeypatch.setattr(health, "_is_live", lambda host, port: True)
    health.forget_health()
    assert ask().status_code == 200
    assert b'"web": "up"' in ask().content


def test_it_is_public_and_remembers_for_a_moment(django_assert_num_queries: Any) -> None:
    access = access_of(health.healthz)
    assert access is not None
    assert access.is_public
    with django_assert_num_queries(1):
        ask()
        ask()


def perform(job: Any) -> None:
    """The job itself, in the test's own transaction instead of one of its own."""
    with acting(system_actor()):
        job.func.__wrapped__(0)


def put_job(worker: int | None, lock: str | None, status: str = "doing") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, worker_id, queueing_lock)"
            " VALUES ('default', 'probe', 0, '{}', %s, %s) RETURNING id",
            [worker, lock],
        )
        row = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, row and row[0]])
    assert row
    return int(row[0])


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return str(row[0]) if row else "gone"


def test_jobs_of_lost_workers_run_again() -> None:
    make_network()
    alive, lost = put_worker("1 second"), put_worker("2 minutes")
    running, orphan, unowned = put_job(alive, None), put_job(lost, "a"), put_job(None, None)
    periodic, waiting = put_job(lost, "every"), put_job(None, "every", "todo")
    perform(chores.retry_stalled_jobs)
    found = [status_of(job) for job in (running, orphan, unowned, periodic, waiting)]
    assert found == ["doing", "todo", "todo", "aborted", "todo"]


def test_finished_jobs_go_after_a_week_and_failed_ones_stay() -> None:
    make_network()
    old, fresh, failed = (put_job(None, None, status) for status in ("succeeded", "succeeded", "failed"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '8 days' WHERE job_id <> %s", [fresh])
    perform(chores.remove_finished_jobs)
    assert [status_of(job) for job in (old, fresh, failed)] == ["gone", "succeeded", "failed"]


def test_the_other_chores_run() -> None:
    make_network()
    perform(chores.make_event_partitions)
    perform(chores.forget_idempotency_keys)


def test_the_worker_knows_the_chores() -> None:
    periodic = {name for name, _id in app.periodic_registry.periodic_tasks}
    assert {f"kernel.jobs.chores.{name}" for name in CHORES} <= periodic
