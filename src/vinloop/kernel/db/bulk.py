"""Many rows in one statement.

``COPY`` is refused on tables under row-level security, and an ORM insert names every value once more for each row. One
JSON value keeps the statement the same for two rows and for a thousand, so that it is planned once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from django.db import connection

ID_BLOCK = 100


def insert_rows(
    table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, on_conflict: str = ""
) -> None:
    """Insert rows; ``columns`` maps each column to its PostgreSQL type, in the order of the rows' values.

    Values of a type ending in ``[]`` are passed in its text form (``{1,2}``), those of ``jsonb`` as JSON text.
    ``on_conflict`` is the clause after ``ON CONFLICT``. Nothing happens without rows.
    """
    given = list(rows)
    if not given:
        return
    tail = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    if len(given) == 1:
        run_prepared(_one_row(table, columns) + tail, given[0])
    else:
        names = ", ".join(columns)
        sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM {recordset(columns)}"
        run_prepared(sql + tail, [as_records(columns, given)])


def recordset(columns: Mapping[str, str]) -> str:
    """The SQL of many rows sent as one JSON value: arrays of columns take psycopg ten times as long to write."""
    return f"json_to_recordset(%s::json) AS t({', '.join(f'{name} {kind}' for name, kind in columns.items())})"


def as_records(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> str:
    """The value for ``recordset``."""
    raw = [kind == "jsonb" for kind in columns.values()]
    if any(raw):
        rows = [
            [msgspec.Raw(value.encode()) if is_json else value for value, is_json in zip(row, raw, strict=True)]
            for row in rows
        ]
    return msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows]).decode()


def _one_row(table: str, columns: Mapping[str, str]) -> str:
    """Plain values: for one row, making arrays of one costs more than the insert."""
    values = ", ".join(f"%s::{_carrier(kind)}::{kind}" for kind in columns.values())
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"


def _carrier(kind: str) -> str:
    return "text" if kind.endswith("[]") or kind == "jsonb" else kind


@contextmanager
def sent_together() -> Iterator[None]:
    """Send the writes of the block without waiting for each other's answer; errors show at its end.

    Inside, statements must not need one another's results.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def written_behind() -> Iterator[None]:
    """Run the block's writes in their order beside it, while it computes the next; errors show at its end.

    For long work that computes and writes in turn: one thread waits for the database, the other does not. Inside,
    writes answer no rows, and statements must not need one another's results.
    """
    connection.ensure_connection()
    with ThreadPoolExecutor(max_workers=1) as beside, connection.wrap_database_errors:
        queued: list[Future[None]] = []
        raw = connection.connection
        _beside.write = lambda sql, arguments: queued.append(beside.submit(_run_on, raw, sql, arguments))
        try:
            yield
        finally:
            del _beside.write
        for each in queued:
            each.result()


_beside = threading.local()


def _run_on(raw: psycopg.Connection[Any], sql: str, arguments: Sequence[Any] | Mapping[str, Any]) -> None:
    with psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, arguments, prepare=True)


def run_prepared(sql: str, arguments: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement that comes often, as a prepared one: planning it costs more than running it.

    Answers its rows, if it has any. Errors are Django's.
    """
    if write := getattr(_beside, "write", None):
        write(sql, arguments)
        return []
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, arguments, prepare=True)
        return cursor.fetchall() if cursor.description else []


def ask_together(*statements: tuple[str, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
    """Run statements one after the other with one wait for all; answers the rows of each.

    Each sees what was committed when its turn came, so a lock taken by the first protects what the next one reads.
    """
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [psycopg.Cursor(raw).execute(sql, arguments, prepare=True) for sql, arguments in statements]
        return [cursor.fetchall() for cursor in cursors]


class _Blocks:
    """Ids taken from sequences in blocks, shared by the threads of a process; gaps are harmless."""

    left: dict[str, list[int]] = {}
    lock = threading.Lock()


def next_ids(table: str, count: int) -> list[int]:
    """Fresh ids for rows of a table, so that rows which point at each other can be written without asking back."""
    with _Blocks.lock:
        left = _Blocks.left.setdefault(table, [])
        if len(left) < count:
            left.extend(_from_sequence(table, max(ID_BLOCK, count)))
        taken, _Blocks.left[table] = left[:count], left[count:]
    return taken


def _from_sequence(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def locking(keys: Iterable[int]) -> tuple[str, Sequence[Any]]:
    """The statement that holds 64-bit keys until the transaction ends.

    They are taken in order, so that two holders never wait in a circle.
    """
    return "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS t(k)", [sorted(set(keys))]


def lock_keys(keys: Iterable[int]) -> None:
    """Hold keys at once, see ``locking``."""
    run_prepared(*locking(keys))
