"""Collects the rows of the history and writes them in bulk, with facts, accesses and search tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
from django.db import models

from vinloop.customers.models import Consent, ContactPoint, Customer, CustomerAccess, SourceRecord
from vinloop.kernel import search, search_tokens
from vinloop.kernel.db.bulk import insert_rows, next_ids
from vinloop.kernel.events import Fact, Subject
from vinloop.leads.models import Assignment, Contact, Lead, Quote, ShowroomVisit, TestDrive, Touch
from vinloop.orders.models import Order
from vinloop.vehicles.actions.car_search import index_vehicles
from vinloop.vehicles.models import Ownership, Vehicle

# Rows point at rows of the tables before them.
_ORDER: tuple[type[models.Model], ...] = (
    Customer, ContactPoint, SourceRecord, Consent, CustomerAccess, Lead, Touch, Assignment, Contact, ShowroomVisit,
    TestDrive, Quote, Vehicle, Ownership, Order,
)  # fmt: skip
_EVENT_COLUMNS = {
    "at": "timestamptz", "kind": "text", "version": "smallint", "user_id": "bigint", "door": "text",
    "organisation_id": "bigint", "subject_kind": "text", "subject_id": "bigint", "subject_ref": "text",
    "customer_id": "bigint", "payload": "jsonb",
}  # fmt: skip
_BLOCK = 400
_CHUNK = 2000
_REF_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_encode = msgspec.json.Encoder().encode


class Book:
    """Everything that will be written."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._ids: dict[str, Iterator[int]] = {}
        self._events: list[tuple[Any, ...]] = []
        self._accesses: dict[tuple[int, int, str], CustomerAccess] = {}
        self._contacts: dict[int, list[ContactPoint]] = defaultdict(list)
        self._taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)

    def ref(self, prefix: str) -> str:
        """A reference like the product's own, but the same on every run."""
        return f"{prefix}-" + "".join(self._rng.choices(_REF_LETTERS, k=8))

    def add(self, row: models.Model) -> int:
        """Give the row its id and keep it for writing; answers the id."""
        table = row._meta.db_table
        ids = self._ids.get(table)
        found = next(ids, None) if ids else None
        if found is None:
            ids = self._ids[table] = iter(next_ids(table, _BLOCK))
            found = next(ids)
        row.pk = found
        self._rows[type(row)].append(row)
        if isinstance(row, ContactPoint):
            self._contacts[row.customer_id].append(row)
        return found

    def rows(self, kind: type[models.Model]) -> list[Any]:
        """The rows of one table so far, to be read or changed before they are written."""
        return self._rows[kind]

    def contacts_of(self, customer_id: int) -> list[ContactPoint]:
        """The contact points of a customer."""
        return self._contacts[customer_id]

    def tell(self, fact: Fact, subject: Subject, at: datetime, *, user_id: int | None, door: str) -> None:
        """A fact as ``record`` would write it."""
        self._events.append((
            at, fact.kind, fact.version, user_id, door, subject.owner_id, subject.kind, subject.id, subject.ref,
            subject.customer_id, _encode(fact).decode(),
        ))  # fmt: skip

    def give_access(self, customer_id: int, organisation_id: int, kind: str, at: datetime) -> None:
        """The organisation may see the customer from now on."""
        key = (customer_id, organisation_id, kind)
        known = self._accesses.get(key)
        if known is not None:
            known.until = None
            return
        access = CustomerAccess(customer_id=customer_id, organisation_id=organisation_id, kind=kind, since=at)
        self._accesses[key] = access
        self.add(access)

    def end_access(self, customer_id: int, organisation_id: int, kind: str, at: datetime) -> None:
        """One reason to see the customer ends."""
        self._accesses[customer_id, organisation_id, kind].until = at

    def free_slot(self, car_id: int, consultant_id: int, starts_at: datetime, minutes: int) -> datetime:
        """The wished start, or the next quarter of an hour at which neither car nor consultant is taken."""
        starts_at = starts_at.replace(minute=starts_at.minute // 15 * 15, second=0, microsecond=0)
        length = timedelta(minutes=minutes)
        taken = self._taken[car_id] + self._taken[-consultant_id]
        while any(starts_at < end and start < starts_at + length for start, end in taken):
            starts_at += timedelta(minutes=15)
        for key in (car_id, -consultant_id):
            self._taken[key].append((starts_at, starts_at + length))
        return starts_at

    def write(self) -> None:
        """Write everything; the facts in the order they happened, because readers follow their ids."""
        for kind in _ORDER:
            kind._default_manager.bulk_create(self._rows[kind], batch_size=_CHUNK)
        self._events.sort(key=lambda event: event[0])
        for start in range(0, len(self._events), _CHUNK):
            insert_rows("kernel_event", _EVENT_COLUMNS, self._events[start : start + _CHUNK])
        self._index_customers()
        for start in range(0, len(self._rows[Vehicle]), _CHUNK):
            index_vehicles(self.rows(Vehicle)[start : start + _CHUNK])

    def _index_customers(self) -> None:
        key = search.search_key()
        scopes: dict[int, set[int]] = defaultdict(set)
        for customer_id, organisation_id, _kind in self._accesses:
            scopes[customer_id].update(search.scope_tokens("customer", organisation_id))
        tokens = {row.pk: [*self._tokens(key, row), *scopes[row.pk]] for row in self.rows(Customer)}
        ids = list(tokens)
        for start in range(0, len(ids), _CHUNK):
            search.index_objects("customer", {id_: tokens[id_] for id_ in ids[start : start + _CHUNK]})

    def _tokens(self, key: bytes, customer: Customer) -> list[int]:
        points = self._contacts[customer.pk]
        return search_tokens.index_tokens(
            key,
            "customer",
            names=(customer.name,),
            phones=[point.value for point in points if point.kind == "phone"],
            emails=[point.value for point in points if point.kind == "email"],
            refs=(customer.ref,),
        )
