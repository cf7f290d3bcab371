"""The golden record, built from its source records by the rules of survivorship; every value knows where it is from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.models import Source
from vinloop.customers.rules.survivorship import DEFAULT_RULE, FIELDS, Candidate, Chosen, choose, rules_for
from vinloop.customers.standard.addresses import parse_address
from vinloop.customers.standard.record import StandardRecord
from vinloop.kernel.db.bulk import as_records, insert_rows, recordset, run_prepared
from vinloop.kernel.search import index_more, search_key
from vinloop.kernel.search_tokens import index_tokens
from vinloop.kernel.settings import get_setting

SURVIVORSHIP = "customers.survivorship_"
DEFAULT_TRUST = 50
_RECORDS = """
SELECT r.customer_id, r.id, r.source, r.standard::text, r.received_at::date::text
FROM customers_sourcerecord r WHERE r.customer_id = ANY (%s::bigint[]) AND r.standard IS NOT NULL ORDER BY r.id
"""
# In one order, so that nobody who writes several waits in a circle.
_CUSTOMERS = """
SELECT id, ref, held_fields FROM customers_customer WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
_ONE_LEADS = """
UPDATE customers_contactpoint p SET is_primary = false
FROM (SELECT customer_id, kind, min(id) AS leader FROM customers_contactpoint
      WHERE customer_id = ANY (%s::bigint[]) AND is_primary GROUP BY customer_id, kind HAVING count(*) > 1) several
WHERE p.customer_id = several.customer_id AND p.kind = several.kind AND p.is_primary AND p.id <> several.leader
"""
_COLUMNS = {
    "id": "bigint",
    "kind": "text",
    "name": "text",
    "gender": "text",
    "birth_date": "date",
    "province": "text",
    "city": "text",
    "county": "text",
    "address": "text",
    "postcode": "text",
    "language": "text",
    "provenance": "jsonb",
}
_LONGEST = {"name": 200, "province": 60, "city": 80, "county": 80, "address": 300, "postcode": 12, "language": 10}


@dataclass(slots=True)
class _Golden:
    """One customer on its way to be written."""

    id: int
    ref: str
    held: frozenset[str]
    records: list[tuple[int, str, StandardRecord, str]] = field(default_factory=list)
    chosen: dict[str, Chosen] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What most records with a name say; of as many each way, an organisation: a firm's row is not a person's."""
        named = [record.kind for _, _, record, _ in self.records if record.name]
        kinds = named or [record.kind for _, _, record, _ in self.records]
        return max(set(kinds), key=lambda kind: (kinds.count(kind), kind != "person", kind))


def rebuild_golden(customer_ids: Iterable[int], *, at: datetime, owner_scopes: Mapping[int, Sequence[int]]) -> None:
    """Write golden values, contact points, addresses and search tokens of customers anew.

    The caller is authorised and sees all rows. Fields a person corrected stay. ``owner_scopes`` adds search scope
    tokens per customer.
    """
    ids = list(customer_ids)
    if not ids:
        return
    trusts = dict(Source.objects.values_list("code", "trust"))
    found = _gathered(ids)
    rules = {name: rules_for(name, get_setting(SURVIVORSHIP + name)) for name in DEFAULT_RULE}
    for golden in found:
        _choose(golden, trusts, rules)
    _write_customers(found, at)
    _write_contact_points(found, at)
    _write_addresses(found)
    _write_tokens(found, owner_scopes)


def _gathered(ids: list[int]) -> list[_Golden]:
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, [ids])
        found = {row[0]: _Golden(row[0], row[1], frozenset(row[2])) for row in cursor.fetchall()}
        cursor.execute(_RECORDS, [ids])
        decode = msgspec.json.Decoder(StandardRecord).decode
        for customer_id, record_id, source, standard, received in cursor.fetchall():
            record = decode(standard)
            found[customer_id].records.append((record_id, source, record, record.as_of or received))
    return [golden for golden in found.values() if golden.records]


def _choose(golden: _Golden, trusts: Mapping[str, int], rules: Mapping[str, Sequence[str]]) -> None:
    for name in FIELDS:
        if name in golden.held:
            continue
        candidates = [
            Candidate(value, record_id, source, trusts.get(source, DEFAULT_TRUST), as_of)
            for record_id, source, record, as_of in golden.records
            if (value := str(getattr(record, name)))
        ]
        chosen = choose(candidates, rules.get(name) or rules_for(name))
        if chosen:
            golden.chosen[name] = chosen
    _follow_address(golden)


def _follow_address(golden: _Golden) -> None:
    """The place goes with the address that was chosen: one flat's street and another's city are no address."""
    address = golden.chosen.get("address")
    record = next((each for key, _, each, _ in golden.records if address and key == address.record), None)
    if address is None or record is None:
        return
    for name in ("province", "city", "county", "postcode"):
        value = getattr(record, name)
        if value and name not in golden.held:
            golden.chosen[name] = Chosen(value, address.record, address.source, address.as_of, "address")


def _write_customers(found: Sequence[_Golden], at: datetime) -> None:
    names = [name for name in _COLUMNS if name not in ("id", "kind", "provenance")]
    sets = ", ".join(_set(name) for name in names)
    rows = [
        (golden.id, golden.kind, *(_value(golden, name) for name in names), _provenance(golden)) for golden in found
    ]
    run_prepared(
        f"UPDATE customers_customer c SET kind = CASE WHEN 'kind' = ANY (c.held_fields) THEN c.kind ELSE g.kind END,"
        f" {sets}, provenance = g.provenance, updated_at = %s"
        f" FROM {recordset(_COLUMNS).replace(' AS t(', ' AS g(')} WHERE c.id = g.id",
        [at, as_records(_COLUMNS, rows)],
    )


def _set(name: str) -> str:
    """The chosen value; nothing, where the record that gave it went elsewhere; else what a person or door wrote."""
    empty = "NULL" if name == "birth_date" else "''"
    return (
        f"{name} = CASE WHEN g.provenance ? '{name}' THEN g.{name}"
        f" WHEN c.provenance ? '{name}' AND NOT '{name}' = ANY (c.held_fields) THEN {empty} ELSE c.{name} END"
    )


def _value(golden: _Golden, name: str) -> str | None:
    chosen = golden.chosen.get(name)
    if chosen is None:
        return None if name == "birth_date" else ""
    return chosen.value[: _LONGEST.get(name, 300)]


def _provenance(golden: _Golden) -> str:
    return msgspec.json.encode(
        {
            name: {"source": each.source, "record": each.record, "rule": each.rule, "as_of": each.as_of}
            for name, each in golden.chosen.items()
        }
    ).decode()


def _write_contact_points(found: Sequence[_Golden], at: datetime) -> None:
    """Every number and address any record has; the newest record's first number leads where none led before."""
    rows: list[tuple[Any, ...]] = []
    for golden in found:
        seen: dict[tuple[str, str], str] = {}
        for _, _, record, as_of in sorted(golden.records, key=lambda each: each[3], reverse=True):
            for kind, values in (("phone", record.phones), ("email", record.emails)):
                for value in values:
                    seen.setdefault((kind, value), as_of)
        rows.extend(
            (golden.id, kind, value, "unverified", position == 0, at, as_of[:10])
            for position, ((kind, value), as_of) in enumerate(seen.items())
        )
    columns = {
        "customer_id": "bigint", "kind": "text", "value": "text", "state": "text", "is_primary": "boolean",
        "created_at": "timestamptz", "last_seen_on": "date",
    }  # fmt: skip
    insert_rows(
        "customers_contactpoint", columns, rows,
        on_conflict=(
            "(customer_id, kind, value) DO UPDATE SET last_seen_on ="
            " greatest(customers_contactpoint.last_seen_on, excluded.last_seen_on)"
        ),
    )  # fmt: skip
    run_prepared(_ONE_LEADS, [[golden.id for golden in found]])


def _write_addresses(found: Sequence[_Golden]) -> None:
    rows: list[tuple[Any, ...]] = []
    for golden in found:
        best: dict[str, tuple[StandardRecord, str]] = {}
        for _, _, record, as_of in golden.records:
            if record.address:
                key = door_key(record)
                if key not in best or len(record.address) > len(best[key][0].address):
                    best[key] = (record, as_of)
        main = golden.chosen.get("address")
        rows.extend(
            (golden.id, record.address[:300], key, record.province[:60], record.city[:80], record.county[:80],
             record.postcode[:12], bool(main and main.value == record.address), as_of[:10])
            for key, (record, as_of) in best.items()
        )  # fmt: skip
    columns = {
        "customer_id": "bigint", "text": "text", "door": "text", "province": "text", "city": "text", "county": "text",
        "postcode": "text", "is_primary": "boolean", "last_seen_on": "date",
    }  # fmt: skip
    insert_rows(
        "customers_address", columns, rows,
        on_conflict=(
            "(customer_id, door) DO UPDATE SET text = excluded.text, is_primary = excluded.is_primary, last_seen_on ="
            " greatest(customers_address.last_seen_on, excluded.last_seen_on)"
        ),
    )  # fmt: skip


def door_key(record: StandardRecord) -> str:
    """The key of an address: the flat where it is known, so that spellings of one address are one row."""
    parsed = parse_address(record.address)
    key = f"{parsed.county}|{parsed.door}" if parsed.door and parsed.county else record.address.casefold()
    return key[:300]


def _write_tokens(found: Sequence[_Golden], owner_scopes: Mapping[int, Sequence[int]]) -> None:
    key = search_key()
    tokens: dict[int, list[int]] = {}
    for golden in found:
        said: dict[str, dict[str, None]] = defaultdict(dict)
        for _, _, record, _ in golden.records:
            said["names"][record.name] = None
            said["phones"].update(dict.fromkeys(record.phones))
            said["emails"].update(dict.fromkeys(record.emails))
        tokens[golden.id] = [
            *index_tokens(
                key, "customer", names=tuple(said["names"]), phones=tuple(said["phones"]),
                emails=tuple(said["emails"]), refs=(golden.ref,),
            ),
            *owner_scopes.get(golden.id, ()),
        ]  # fmt: skip
    index_more("customer", tokens)
