"""Keeps the order of events right across a restore."""

from __future__ import annotations

from django.db import connection


def begin_generation() -> int:
    """Start a new generation and return it.

    A restored database counts transactions from the start again. Facts written from now on sort after all
    older ones, whatever their transaction numbers.
    """
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_event_generation DEFAULT VALUES RETURNING generation")
        row = cursor.fetchone()
        generation = int(row[0]) if row else 1
        cursor.execute(f"ALTER TABLE kernel_event ALTER COLUMN generation SET DEFAULT {generation:d}")
    return generation


def mend_generation() -> None:
    """Begin a generation if the newest facts claim transactions this server has not reached yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(transaction_id), 0) > pg_current_xact_id()::text::bigint FROM kernel_event"
            " WHERE generation = (SELECT max(generation) FROM kernel_event_generation)"
        )
        row = cursor.fetchone()
    if row and row[0]:
        begin_generation()
