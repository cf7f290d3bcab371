"""Records made comparable by rules of an older edition, read again by those of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.actions.doors import Progress, door_values, write_read
from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.models import Source
from vinloop.customers.standard.fields import BY_CODE
from vinloop.customers.standard.mapping import mapped
from vinloop.customers.standard.record import EDITION, Standardised, standardise
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.sealing import CannotOpen, digester, unseal

_CHUNK = 1_000
_OLDER = """
SELECT r.id, r.source, r.payload::text, r.flags, n.sealed
FROM customers_sourcerecord r LEFT JOIN customers_sealednumber n ON n.record_id = r.id
WHERE r.edition > 0 AND r.edition < %s AND r.id > %s ORDER BY r.id LIMIT %s FOR NO KEY UPDATE OF r
"""


def read_older(*, actor: Actor, progress: Progress) -> int:
    """Read records of older editions again, in chunks, each its own transaction; answers how many.

    What can't be read as it once was (its source's columns mean something else since, its number can't be opened) stays
    as it is until its source sends it again.
    """
    done, after = 0, 0
    with acting(actor):
        sources = {source.code: source for source in Source.objects.all()}
    while True:
        with acting(actor), connection.cursor() as cursor:
            cursor.execute(_OLDER, [EDITION, after, _CHUNK])
            rows = cursor.fetchall()
            if not rows:
                return done
            read = [made for row in rows if (made := _read(row, sources.get(row[1]))) is not None]
            write_read(read)
        after, done = rows[-1][0], done + len(read)
        progress("read again", done, done)


def _read(row: tuple[Any, ...], source: Source | None) -> Standardised | None:
    record_id, _code, text, flags, sealed = row
    payload: dict[str, Any] = msgspec.json.decode(text)
    digest = digester(ID_PURPOSE)
    if source is None:
        return standardise(door_values(payload), record_id=record_id, digest=digest) if payload else None
    if not source.mapping or not source.mapping.keys() <= payload.keys():
        return None
    try:
        values = _with_number(mapped(payload, source.mapping), sealed)
    except CannotOpen:
        return None
    made = standardise(values, record_id=record_id, digest=digest, country=source.country)
    said = [flag for flag in flags if flag.partition(":")[0] not in BY_CODE]  # about the row itself
    kept = tuple(dict.fromkeys((*said, *made.record.flags)))
    return msgspec.structs.replace(made, record=msgspec.structs.replace(made.record, flags=kept))


def _with_number(values: Mapping[str, list[str]], sealed: Any) -> dict[str, list[str]]:
    """The identity number stands masked in the row; the whole one is sealed beside it."""
    if sealed is None:
        return {code: texts for code, texts in values.items() if code != "id_number"}
    return {**values, "id_number": [unseal(bytes(sealed), purpose=ID_PURPOSE)]}
