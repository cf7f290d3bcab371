"""All source records as a run holds them: what they say, whose they are, and who goes on waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.actions.candidates import Known
from vinloop.customers.matching.clusters import Clustering
from vinloop.customers.matching.features import Features
from vinloop.kernel.access import Actor, acting

# What a waiting record says: whether it still does decides if it goes on waiting.
SAID = "hashtextextended(r.digest, 0)"
_ALL_ROWS = f"""
SELECT m.features::text, r.customer_id, r.matched_by, CASE WHEN NOT r.is_compared THEN {SAID} END
FROM customers_matchrow m JOIN customers_sourcerecord r ON r.id = m.record_id ORDER BY m.record_id
"""
_PAGE = 20_000


@dataclass(slots=True)
class Base:
    """All records, and to which customers doors and people tied them; ``waiting`` is what those said that wait."""

    records: dict[int, Features] = field(default_factory=dict)
    customers: dict[int, int] = field(default_factory=dict)
    kept: dict[int, list[int]] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)

    def add(self, record_id: int, known: Known, *, is_kept: bool) -> None:
        """Take a record of the base in; ``is_kept`` leaves it with its customer whatever the scores say."""
        if record_id in self.records:
            return
        self.records[record_id] = known.features
        if known.customer_id is not None:
            self.customers[record_id] = known.customer_id
            if is_kept:
                self.kept.setdefault(known.customer_id, []).append(record_id)

    def together(self) -> Iterator[tuple[int, int]]:
        """Records whose customer a door or a person decided: no run parts them."""
        for members in self.kept.values():
            yield from ((members[0], each) for each in members[1:])

    def fallen_apart(self, made: Clustering) -> dict[int, list[int]]:
        """Customers whose records are in several clusters, with those records."""
        first: dict[int, int] = {}
        several = set()
        for record_id, customer_id in self.customers.items():
            root = made.find(record_id)
            if first.setdefault(customer_id, root) != root:
                several.add(customer_id)
        found: dict[int, list[int]] = {each: [] for each in several}
        if several:
            for record_id, customer_id in self.customers.items():
                if customer_id in several:
                    found[customer_id].append(record_id)
        return found


def read_base(actor: Actor) -> Base:
    """The whole base, as an actor who sees all rows."""
    base = Base()
    decode = msgspec.json.Decoder(Features).decode
    with acting(actor), _Streaming(_ALL_ROWS) as rows:
        for features, customer_id, matched_by, said in rows:
            record = decode(features)
            base.records[record.id] = record
            if said is not None:
                base.waiting[record.id] = said
            if customer_id is not None:
                base.customers[record.id] = customer_id
                if matched_by != "model":
                    base.kept.setdefault(customer_id, []).append(record.id)
    return base


class _Streaming:
    """A server-side cursor: a million rows must not arrive at once."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._cursor: Any = None

    def __enter__(self) -> Iterator[tuple[Any, ...]]:
        connection.ensure_connection()
        self._cursor = connection.connection.cursor(name="customers_base")
        self._cursor.itersize = _PAGE
        self._cursor.execute(self._sql)
        rows: Iterator[tuple[Any, ...]] = self._cursor
        return rows

    def __exit__(self, *_error: object) -> None:
        self._cursor.close()
