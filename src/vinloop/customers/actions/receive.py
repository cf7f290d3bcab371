"""Source records coming in: kept as they came, made comparable, never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from vinloop.customers.matching.features import blocking_keys
from vinloop.customers.models import Source, SourceRecord
from vinloop.customers.standard.fields import first
from vinloop.customers.standard.record import EDITION, Standardised, standardise
from vinloop.customers.tombstones import buried
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.db.bulk import insert_rows, lock_keys, next_ids, run_prepared, written_behind
from vinloop.kernel.sealing import digester, seal

IMPORT = "customers.source:import"
ID_PURPOSE = "identity-number"
BATCH = 1_000
PIECE = 200  # the database writes one piece while the next is read
_LONGEST_KEY = 120
_TAKE_VERSION = """
INSERT INTO customers_sourceversion (record_id, payload, received_at, replaced_at)
SELECT id, payload, coalesce(changed_at, received_at), %s FROM customers_sourcerecord WHERE id = ANY (%s::bigint[])
"""
_COLUMNS = {
    "id": "bigint",
    "source": "text",
    "key": "text",
    "owner_id": "bigint",
    "branch": "text",
    "payload": "jsonb",
    "standard": "jsonb",
    "flags": "text[]",
    "digest": "text",
    "edition": "smallint",
    "matched_by": "text",
    "received_at": "timestamptz",
    "changed_at": "timestamptz",
}
_CHANGE = (
    "(source, key) DO UPDATE SET payload = excluded.payload, standard = excluded.standard, flags = excluded.flags,"
    " is_compared = false,"
    " digest = excluded.digest, edition = excluded.edition, branch = excluded.branch, changed_at = excluded.changed_at"
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row of a source. ``payload`` is the row as it came; ``values`` what its columns mean (field → texts).

    ``flags`` are what was doubtful about the row itself, before anybody looked at its values.
    """

    payload: Mapping[str, str]
    values: Mapping[str, Sequence[str]]
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Received:
    """What became of a batch; ``flags`` counts what was doubtful."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    flagged: int = 0
    flags: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Row:
    key: str
    incoming: Incoming
    digest: str
    record_id: int = 0
    is_new: bool = True


def receive_records(
    *, actor: Actor, source: Source, rows: Sequence[Incoming], at: datetime, is_dry: bool = False
) -> Received:
    """Keep rows of a source in the current transaction and make them comparable.

    A key that is known updates its record, and what it said before is kept; a row that says the same again changes
    nothing. A row without a key is known by its content. ``is_dry`` writes nothing. Raises ``NotAllowed``.
    """
    actor.require(IMPORT, organisation_id=source.owner_id)
    with elevated("recognise records whoever sent them"):
        lock_keys([_source_lock(source)])
        pending = _pending(source, rows)
        result = Received(unchanged=len(rows) - len(pending))
        with written_behind():
            for start in range(0, len(pending), PIECE):
                piece = pending[start : start + PIECE]
                read = [_read(row, source) for row in piece]
                _count(result, piece, read)
                if not is_dry:
                    _write(source, piece, read, at)
    return result


def _pending(source: Source, rows: Sequence[Incoming]) -> list[_Row]:
    """Rows that are new or say something new; the last of several with one key counts. Who was erased stays out.

    In the order of their ids, in which runs hold records too: nobody waits in a circle.
    """
    by_key = {row.key: row for row in map(_row, rows)}
    for key in buried(source.code, {key: row.digest for key, row in by_key.items()}):
        del by_key[key]
    known = SourceRecord.objects.filter(source=source.code, key__in=list(by_key)).values_list("key", "id", "digest")
    for key, record_id, digest in known:
        row = by_key[key]
        row.record_id, row.is_new = record_id, False
        if digest == row.digest:
            del by_key[key]
    pending = list(by_key.values())
    fresh = [row for row in pending if row.is_new]
    for row, record_id in zip(fresh, next_ids("customers_sourcerecord", len(fresh)), strict=True):
        row.record_id = record_id
    return sorted(pending, key=lambda row: row.record_id)


def _row(incoming: Incoming) -> _Row:
    """The digest covers what the columns mean too: under a corrected mapping the same row says something else."""
    content = msgspec.json.encode(sorted(incoming.payload.items()))
    meaning = msgspec.json.encode(sorted(incoming.values.items()))
    key = _fitting(first(incoming.values, "key").strip()) or f"content:{_digest(content)}"
    return _Row(key, incoming, _digest(content + meaning))


def _fitting(key: str) -> str:
    """A key too long to be kept ends in a digest: two that begin alike stay two."""
    if len(key) <= _LONGEST_KEY:
        return key
    digest = _digest(key.encode())
    return key[: _LONGEST_KEY - len(digest)] + digest


def _source_lock(source: Source) -> int:
    """Two files of one source take turns chunk by chunk: what both hold becomes one record."""
    return int(_digest(f"source {source.pk}".encode())[:15], 16)


def _digest(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _read(row: _Row, source: Source) -> Standardised:
    made = standardise(
        row.incoming.values, record_id=row.record_id, digest=digester(ID_PURPOSE), country=source.country
    )
    if not row.incoming.flags:
        return made
    flags = tuple(dict.fromkeys((*row.incoming.flags, *made.record.flags)))
    return msgspec.structs.replace(made, record=msgspec.structs.replace(made.record, flags=flags))


def _count(result: Received, pending: Sequence[_Row], read: Sequence[Standardised]) -> None:
    for row, made in zip(pending, read, strict=True):
        result.added += row.is_new
        result.changed += not row.is_new
        result.flagged += bool(made.record.flags)
        for flag in made.record.flags:
            result.flags[flag] = result.flags.get(flag, 0) + 1


def _write(source: Source, pending: Sequence[_Row], read: Sequence[Standardised], at: datetime) -> None:
    changed = [row.record_id for row in pending if not row.is_new]
    if changed:
        run_prepared(_TAKE_VERSION, [at, changed])
    pairs = list(zip(pending, read, strict=True))
    insert_rows(
        "customers_sourcerecord", _COLUMNS, [_record_row(source, row, made, at) for row, made in pairs],
        on_conflict=_CHANGE,
    )  # fmt: skip
    write_match_rows(read)
    write_sealed(read)


def write_match_rows(read: Sequence[Standardised]) -> None:
    """What the matcher compares, replacing what was there."""
    encode = msgspec.json.encode
    insert_rows(
        "customers_matchrow",
        {"record_id": "bigint", "features": "jsonb"},
        [(made.features.id, encode(made.features).decode()) for made in read],
        on_conflict="(record_id) DO UPDATE SET features = excluded.features",
    )
    insert_rows(
        "customers_matchkeys",
        {"record_id": "bigint", "keys": "bigint[]"},
        [(made.features.id, "{" + ",".join(map(str, blocking_keys(made.features))) + "}") for made in read],
        on_conflict="(record_id) DO UPDATE SET keys = excluded.keys",
    )


def write_sealed(read: Sequence[Standardised]) -> None:
    """Identity numbers, sealed; a record that lost its number keeps the one it had."""
    digest = digester(ID_PURPOSE)
    insert_rows(
        "customers_sealednumber",
        {"record_id": "bigint", "kind": "text", "sealed": "bytea", "digest": "text", "masked": "text"},
        [_sealed_row(made, digest) for made in read if made.identity_text],
        on_conflict=(
            "(record_id) DO UPDATE SET kind = excluded.kind, sealed = excluded.sealed, digest = excluded.digest,"
            " masked = excluded.masked"
        ),
    )


def _sealed_row(made: Standardised, digest: Callable[[str], str]) -> tuple[Any, ...]:
    """What can't be read as a number is sealed as it came: it may still hold one."""
    found = made.identity
    value, kind = (found.value, found.kind) if found else (made.identity_text, "unreadable")
    sealed = "\\x" + seal(value, purpose=ID_PURPOSE).hex()
    return made.features.id, kind, sealed, digest(value), found.masked if found else "…"


def _record_row(source: Source, row: _Row, made: Standardised, at: datetime) -> tuple[Any, ...]:
    return (
        row.record_id,
        source.code,
        row.key,
        source.owner_id,
        first(row.incoming.values, "branch")[:60],
        msgspec.json.encode(_without_number(row.incoming, made)).decode(),
        msgspec.json.encode(made.record).decode(),
        "{" + ",".join(f'"{flag}"' for flag in made.record.flags) + "}",
        row.digest,
        EDITION,
        "",
        at,
        None if row.is_new else at,
    )


def _without_number(incoming: Incoming, made: Standardised) -> dict[str, str]:
    """The row as it came, its identity number masked: the number itself is sealed beside it."""
    said = {text.strip() for text in incoming.values.get("id_number", ()) if text.strip()}
    if not said:
        return dict(incoming.payload)
    shown = made.record.id_masked or "…"
    return {column: shown if value.strip() in said else value for column, value in incoming.payload.items()}
