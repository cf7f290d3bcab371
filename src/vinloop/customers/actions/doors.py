"""Records that came through a door (a form, a call, a lead file) made comparable, after the door was closed.

A door must be quick, so it keeps what it was given; here the same rules read it that read an imported row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.actions.receive import ID_PURPOSE, write_match_rows, write_sealed
from vinloop.customers.standard.record import EDITION, Standardised, standardise
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.db.bulk import as_records, recordset, run_prepared
from vinloop.kernel.sealing import digester

_CHUNK = 1_000
_UNREAD = """
SELECT id, payload::text FROM customers_sourcerecord WHERE edition = 0 AND id > %s ORDER BY id LIMIT %s
"""
_COLUMNS = {"id": "bigint", "standard": "jsonb", "flags": "text[]"}
Progress = Callable[[str, int, int], None]


def read_doors(*, actor: Actor, progress: Progress, limit: int | None = None) -> int:
    """Read all records no rule has read yet, in chunks, each its own transaction; answers how many."""
    done, after = 0, 0
    while limit is None or done < limit:
        with acting(actor):
            rows = _unread(after)
            if not rows:
                break
            write_read([_read(record_id, payload) for record_id, payload in rows])
        after, done = rows[-1][0], done + len(rows)
        progress("doors", done, done)
    return done


def read_records(record_ids: Sequence[int]) -> None:
    """Read those of some records no rule has read yet, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, payload::text FROM customers_sourcerecord WHERE edition = 0 AND id = ANY (%s::bigint[])",
            [list(record_ids)],
        )
        rows = cursor.fetchall()
    if rows:
        write_read([_read(row[0], msgspec.json.decode(row[1])) for row in rows])


def write_read(read: Sequence[Standardised]) -> None:
    """Keep what was understood of records that are there."""
    rows = [
        (
            made.features.id,
            msgspec.json.encode(made.record).decode(),
            "{" + ",".join(f'"{flag}"' for flag in made.record.flags) + "}",
        )
        for made in read
    ]
    run_prepared(
        f"UPDATE customers_sourcerecord r SET standard = t.standard, flags = t.flags, edition = {EDITION}"
        f" FROM {recordset(_COLUMNS)} WHERE r.id = t.id",
        [as_records(_COLUMNS, rows)],
    )
    write_match_rows(read)
    write_sealed(read)


def _unread(after: int) -> list[tuple[int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [after, _CHUNK])
        return [(row[0], msgspec.json.decode(row[1])) for row in cursor.fetchall()]


def _read(record_id: int, payload: dict[str, Any]) -> Standardised:
    return standardise(door_values(payload), record_id=record_id, digest=digester(ID_PURPOSE))


def door_values(payload: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a door's document said about the customer, in the fields of a source."""
    values = {
        "name": payload.get("name"),
        "kind": payload.get("kind"),
        "gender": payload.get("gender"),
        "phone": payload.get("phones"),
        "email": payload.get("emails"),
        "city": payload.get("city"),
        "province": payload.get("province"),
        "address": payload.get("address"),
        "language": payload.get("language"),
    }
    return {code: _texts(value) for code, value in values.items() if value}


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
