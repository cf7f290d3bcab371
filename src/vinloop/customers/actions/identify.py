"""Ties incoming people to golden records, many at a time with a constant number of statements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from vinloop.customers.actions.weights import current_model
from vinloop.customers.events import CustomerCreated
from vinloop.customers.rules.matching import ContactIndex, KnownCustomer
from vinloop.kernel.access import Actor
from vinloop.kernel.db.bulk import insert_rows, next_ids
from vinloop.kernel.events import Recorded, Subject
from vinloop.kernel.identifiers import new_ref, normalise_email, parse_phones
from vinloop.kernel.search import index_objects, scope_tokens, search_key
from vinloop.kernel.search_tokens import index_tokens

_KNOWN = """
SELECT cp.value, c.id, c.ref, c.name, EXISTS (
  SELECT FROM customers_customeraccess a WHERE a.customer_id = c.id AND a.organisation_id = ANY (%s::bigint[])
)
FROM customers_contactpoint cp JOIN customers_customer c ON c.id = cp.customer_id
WHERE cp.value = ANY (%s::text[]) AND c.merged_into_id IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as a source names them. ``phones`` and ``emails`` are normalised (E.164, lower case)."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    kind: str = "person"
    city: str = ""
    province: str = ""
    address: str = ""
    language: str = ""
    source: str
    source_key: str
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> tuple[str, ...]:
        """Everything at which the person can be reached."""
        return (*self.phones, *self.emails)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who an incoming person is. ``by`` says how: phone, email, phone+email, or new."""

    id: int
    ref: str
    name: str
    by: str

    @property
    def is_new(self) -> bool:
        """Whether the golden record was made just now."""
        return self.by == "new"


def read_contacts(phones: Sequence[str], emails: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The usable numbers and addresses among what people typed, normalised, without repeats."""
    numbers = [phone.e164 for text in phones for phone in parse_phones(text)]
    addresses = [address for text in emails if (address := normalise_email(text))]
    return tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(addresses))


def contact_lock(value: str) -> int:
    """The advisory lock of one phone number or address: two doors never make the same person twice."""
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), signed=True)


def known_people(people: Sequence[Person], actor: Actor) -> tuple[str, Sequence[Any]]:
    """The query for all customers who share a number or address with one of these people."""
    values = sorted({value for person in people for value in person.values})
    return _KNOWN, [sorted(actor.organisation_ids or ()), values]


def identify_people(
    *, actor: Actor, people: Sequence[Person], known: Iterable[tuple[Any, ...]], is_guarded: bool = False
) -> list[Identified]:
    """The golden record of each person, a new one where there is none; answers in the order of ``people``.

    The caller has authorised the actor, sees all customers (``elevated``), holds the locks of all numbers and
    addresses (``contact_lock``), and brings the rows of ``known_people``. With ``is_guarded`` a record the actor's
    organisations have no relation to is only found by its full name. Nothing is written: see ``write_people``.
    """
    index = ContactIndex(current_model())
    for value, customer_id, ref, name, is_visible in known:
        index.add(KnownCustomer(customer_id, ref, name, is_visible or actor.sees_all), [value])
    return [_identify(index, person, is_guarded) for person in people]


def write_people(
    *, people: Sequence[Person], answers: Sequence[Identified], owner_id: int, at: datetime
) -> list[Recorded]:
    """Write new golden records, contact points, source records and search tokens; answers the facts to record.

    ``owner_id`` owns the source records. Runs inside ``sent_together``.
    """
    pairs = list(zip(people, answers, strict=True))
    new = [(person, answer) for person, answer in pairs if answer.is_new]
    _write_customers(new, at)
    _write_contact_points(pairs, at)
    _write_source_records(pairs, owner_id, at)
    _index_new(new, owner_id)
    return [
        Recorded(
            CustomerCreated(ref=answer.ref, source=person.source),
            Subject("customers.customer", answer.id, owner_id, answer.ref, answer.id),
        )
        for person, answer in new
    ]


def _identify(index: ContactIndex, person: Person, is_guarded: bool) -> Identified:
    match = index.match(person.name, person.values, is_guarded=is_guarded)
    if match is None:
        known = KnownCustomer(next_ids("customers_customer", 1)[0], new_ref("C"), person.name)
        index.add(known, person.values)
        return Identified(known.id, known.ref, known.name, "new")
    index.add(match.customer, person.values)
    return Identified(match.customer.id, match.customer.ref, match.customer.name, match.by)


Pair = tuple[Person, Identified]


def _write_customers(pairs: Sequence[Pair], at: datetime) -> None:
    insert_rows(
        "customers_customer",
        {
            "id": "bigint",
            "ref": "text",
            "kind": "text",
            "name": "text",
            "gender": "text",
            "province": "text",
            "city": "text",
            "address": "text",
            "language": "text",
            "created_at": "timestamptz",
            "updated_at": "timestamptz",
        },
        [(a.id, a.ref, p.kind, p.name, "", p.province, p.city, p.address, p.language, at, at) for p, a in pairs],
    )


def _write_contact_points(pairs: Sequence[Pair], at: datetime) -> None:
    rows = {
        (answer.id, "email" if "@" in value else "phone", value): answer.is_new and position == 0
        for person, answer in pairs
        for position, value in enumerate(person.values)
    }
    insert_rows(
        "customers_contactpoint",
        {
            "customer_id": "bigint",
            "kind": "text",
            "value": "text",
            "state": "text",
            "is_primary": "boolean",
            "created_at": "timestamptz",
        },
        [(*key, "unverified", is_primary, at) for key, is_primary in rows.items()],
        on_conflict="(customer_id, kind, value) DO NOTHING",
    )


def _write_source_records(pairs: Sequence[Pair], owner_id: int, at: datetime) -> None:
    encode = msgspec.json.encode
    rows = {
        (p.source, p.source_key): (p.source, p.source_key, owner_id, a.id, encode(p.payload).decode(), a.by, at)
        for p, a in pairs
    }
    insert_rows(
        "customers_sourcerecord",
        {
            "source": "text",
            "key": "text",
            "owner_id": "bigint",
            "customer_id": "bigint",
            "payload": "jsonb",
            "matched_by": "text",
            "received_at": "timestamptz",
        },
        rows.values(),
        on_conflict="(source, key) DO NOTHING",
    )


def _index_new(pairs: Sequence[Pair], owner_id: int) -> None:
    scope = scope_tokens("customer", owner_id)
    key = search_key()
    index_objects(
        "customer",
        {
            a.id: [
                *index_tokens(key, "customer", names=(p.name,), phones=p.phones, emails=p.emails, refs=(a.ref,)),
                *scope,
            ]
            for p, a in pairs
        },
    )
