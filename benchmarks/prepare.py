"""Builds the benchmark's database once; a second run finds it."""

from __future__ import annotations

import time

import django
import psycopg
from django.db import transaction

from vinloop.site.runtime.config import config
from vinloop.site.runtime.database import prepare_database


def ensure_data(rows: int) -> float | None:
    """Have the data ready; answers how long building took, or ``None`` when it was there."""
    url = config().effective_database_url
    prepare_database(url)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    with psycopg.connect(url, autocommit=False) as connection:
        found = connection.execute(
            "SELECT count(*) FROM (SELECT FROM customers_customer LIMIT %s) c", [rows]
        ).fetchone()
        if found and found[0] >= rows:
            return None
        start = time.perf_counter()
        _build(connection, rows)
    return round(time.perf_counter() - start, 1)


def _build(connection: psycopg.Connection[tuple[object, ...]], rows: int) -> None:
    from benchmarks.dataset import Builder
    from benchmarks.network import make_network
    from vinloop.kernel.search import search_key

    with transaction.atomic():
        network = make_network()
    builder = Builder(connection, customers=rows, search_key=search_key())
    builder.build((network.dealers, network.regions), network.catalogue)
