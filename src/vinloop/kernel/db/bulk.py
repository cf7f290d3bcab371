"""Many rows in one statement.

``COPY`` is refused on tables under row-level security, and an ORM insert names every value once more for each row; an
array per column keeps the statement the same for one row and for five hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

ID_BLOCK = 100


def insert_rows(
    table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, on_conflict: str = ""
) -> None:
    """Insert rows; ``columns`` maps each column to its PostgreSQL type, in the order of the rows' values.

    A type ending in ``[]`` is passed as its text form (``{1,2}``); ``jsonb`` values are JSON text. ``on_conflict`` is
    the clause after ``ON CONFLICT``. Nothing happens without rows.
    """
    values = list(zip(*rows, strict=True))
    if not values:
        return
    fields = [f"t{i}::{kind}" for i, kind in enumerate(columns.values())]
    arrays = [f"%s::{_carrier(kind)}[]" for kind in columns.values()]
    names = ", ".join(f"t{i}" for i in range(len(columns)))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(fields)} FROM unnest({', '.join(arrays)}) AS t({names})"
    if on_conflict:
        sql += f" ON CONFLICT {on_conflict}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in values])


def _carrier(kind: str) -> str:
    return "text" if kind.endswith("[]") or kind == "jsonb" else kind


class _Blocks:
    """Ids taken from sequences in blocks, per process; gaps are harmless."""

    left: dict[str, list[int]] = {}


def next_ids(table: str, count: int) -> list[int]:
    """Fresh ids for rows of a table, so that rows which point at each other can be written without asking back."""
    left = _Blocks.left.setdefault(table, [])
    if len(left) < count:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, max(ID_BLOCK, count)],
            )
            left.extend(row[0] for row in cursor.fetchall())
    taken, _Blocks.left[table] = left[:count], left[count:]
    return taken


def lock_keys(keys: Iterable[int]) -> None:
    """Hold these 64-bit keys until the transaction ends; taken in order, so that two holders never wait in a circle."""
    ordered = sorted(set(keys))
    if ordered:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS t(k)", [ordered])
