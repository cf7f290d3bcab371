"""The worker process: runs jobs, and lets the readers follow the event table."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any, cast

import psycopg
from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from vinloop.kernel.db.connect import connect
from vinloop.kernel.events.readers import run_readers

log = logging.getLogger(__name__)
CONCURRENCY = 4
POLL_SECONDS = 5.0
LISTEN_SECONDS = 2.0
GRACE_SECONDS = 8.0


def run(*_: Any) -> None:
    """Work until told to stop (SIGTERM, SIGINT); jobs at work may end."""
    stop = threading.Event()
    readers = threading.Thread(target=follow_events, args=[stop], name="readers", daemon=True)
    readers.start()
    try:
        asyncio.run(_work())
    finally:
        stop.set()
        readers.join(GRACE_SECONDS)


async def _work() -> None:
    connector = cast(DjangoConnector, app.connector)
    worker_app = app.with_connector(connector.get_worker_connector())
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=POLL_SECONDS,
            install_signal_handlers=True,
            shutdown_graceful_timeout=GRACE_SECONDS,
        )


def follow_events(stop: threading.Event) -> None:
    """Run the readers whenever something happened, and every few seconds all the same."""
    while not stop.is_set():
        try:
            with connect("readers") as connection:
                connection.execute("LISTEN vinloop_events")
                _follow(connection, stop)
        except psycopg.OperationalError:
            log.warning("the database is away; the readers try again")
            stop.wait(LISTEN_SECONDS)


def _follow(connection: psycopg.Connection[Any], stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        while run_readers() and not stop.is_set():
            pass
        for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            pass
