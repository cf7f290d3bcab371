"""Parting one golden record into two: chosen source records go, with the numbers only they gave and chosen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import connection

from vinloop.customers.actions import journal
from vinloop.customers.actions.doors import read_records
from vinloop.customers.actions.golden import door_key, rebuild_golden
from vinloop.customers.actions.merging import STEWARD, keep_apart, locked_customers, records_of, settle_reviews, tell
from vinloop.customers.events import CustomerSplit, IdentityRefused
from vinloop.customers.models import Address, ContactPoint, Customer, IdentityStep, SourceRecord
from vinloop.customers.references import declared_references, move_rows
from vinloop.customers.standard.record import StandardRecord
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.identifiers import new_ref
from vinloop.kernel.search import scope_tokens, search_key
from vinloop.kernel.search_tokens import index_tokens

_POINTS, _ADDRESSES = "customers_contactpoint.customer_id", "customers_address.customer_id"


def split_customer(
    *,
    actor: Actor,
    ref: str,
    record_ids: Sequence[int],
    references: Mapping[str, Sequence[int]],
    note: str = "",
    at: datetime,
) -> IdentityStep:
    """Part source records, and rows that point at the customer, into a golden record of their own.

    ``references`` is ``{"leads_lead.customer_id": [ids]}``. Later runs keep the two apart. Raises ``NotAllowed``,
    ``CustomerNotFound``, and ``IdentityRefused`` when nothing or everything would go, or a row is not the customer's.
    """
    actor.require(STEWARD)
    with elevated("part records whoever owns them"):
        customer = locked_customers(ref)[0]
        own = records_of([customer.pk])[customer.pk]
        leaving, staying = _parted(own, record_ids)
        new = Customer.objects.create(ref=new_ref("C"), kind=customer.kind, created_at=at, updated_at=at)
        step = _part(actor, (customer, new), (leaving, staying), references, note, at)
        keep_apart(actor, step, staying, leaving, at)
        tell(actor, [(CustomerSplit(ref=customer.ref, new_ref=new.ref), customer.pk, customer.ref)], at)
        settle_reviews(at=at)
        return step


def part_reach(source: int, target: int, record_ids: Sequence[int]) -> None:
    """Let numbers, addresses and search tokens that only these records gave go with them, before golden values are
    written: the records are the target's already. The caller is authorised and sees all rows.
    """
    own, others = _said_in(record_ids), _said_in(records_of([source])[source])
    _move_reach(source, target, own, others)
    journal.change_tokens(source, remove=sorted(_tokens(own) - _tokens(others)))


def _parted(own: Sequence[int], record_ids: Sequence[int]) -> tuple[list[int], list[int]]:
    chosen = set(record_ids)
    if not chosen:
        raise IdentityRefused("no_records", "records")
    if not chosen <= set(own):
        raise IdentityRefused("foreign_rows", "records")
    if len(chosen) == len(own):
        raise IdentityRefused("all_records", "records")
    return [each for each in own if each in chosen], [each for each in own if each not in chosen]


def _part(
    actor: Actor,
    ways: tuple[Customer, Customer],
    parts: tuple[Sequence[int], Sequence[int]],
    references: Mapping[str, Sequence[int]],
    note: str,
    at: datetime,
) -> IdentityStep:
    (customer, new), (leaving, staying) = ways, parts
    read_records([*staying, *leaving])
    before, own, others = journal.picture_of([customer.pk]), _said_in(leaving), _said_in(staying)
    SourceRecord.objects.filter(pk__in=leaving).update(customer_id=new.pk)
    moved = _move_chosen(customer.pk, new.pk, references) | _move_reach(customer.pk, new.pk, own, others)
    _copy_access(customer.pk, new.pk, at)
    rebuild_golden([customer.pk, new.pk], at=at, owner_scopes={new.pk: _scopes_of(customer.pk)})
    along = _tokens_along(moved)
    lost = journal.tokens_of([customer.pk])[customer.pk] & ((_tokens(own) - _tokens(others)) | along)
    journal.change_tokens(customer.pk, remove=sorted(lost))
    journal.change_tokens(new.pk, add=sorted(along))
    return IdentityStep.objects.create(
        kind=IdentityStep.Kind.SPLIT,
        source=customer,
        target=new,
        moved={
            "records": list(leaving),
            "references": moved,
            "tokens": sorted(lost),
            **journal.changes_of(customer.pk, before, journal.picture_of([customer.pk, new.pk]), also=new.pk),
        },
        note=note,
        done_by=actor.user_id,
        at=at,
    )


def _move_chosen(source: int, target: int, references: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """The chosen rows; all of them must be the customer's, and of a kind that may be chosen."""
    known = {each.name for each in declared_references() if each.label}
    moved: dict[str, list[int]] = {}
    for name, ids in references.items():
        if not ids:
            continue
        if name not in known:
            raise IdentityRefused("foreign_rows", "references")
        moved[name] = sorted(move_rows(name, ids, source=source, target=target))
        if moved[name] != sorted(set(ids)):
            raise IdentityRefused("foreign_rows", "references")
    return moved


def _said_in(record_ids: Sequence[int]) -> list[StandardRecord]:
    rows = SourceRecord.objects.filter(pk__in=record_ids, standard__isnull=False).values_list("standard", flat=True)
    return [msgspec.convert(each, StandardRecord) for each in rows]


def _move_reach(
    source: int, target: int, own: Sequence[StandardRecord], others: Sequence[StandardRecord]
) -> dict[str, list[int]]:
    """Numbers and addresses that only records which go have given; those both gave stay, and are written anew."""
    values = _reach_of(own) - _reach_of(others)
    doors = {door_key(each) for each in own if each.address} - {door_key(each) for each in others if each.address}
    points = ContactPoint.objects.filter(customer_id=source, value__in=values).values_list("pk", flat=True)
    places = Address.objects.filter(customer_id=source, door__in=doors).values_list("pk", flat=True)
    moved = {
        _POINTS: move_rows(_POINTS, list(points), source=source, target=target),
        _ADDRESSES: move_rows(_ADDRESSES, list(places), source=source, target=target),
    }
    return {name: sorted(ids) for name, ids in moved.items() if ids}


def _reach_of(records: Sequence[StandardRecord]) -> set[str]:
    return {value for each in records for value in (*each.phones, *each.emails)}


def _tokens(records: Sequence[StandardRecord]) -> set[int]:
    return set(
        index_tokens(
            search_key(), "customer", names=[each.name for each in records],
            phones=[value for each in records for value in each.phones],
            emails=[value for each in records for value in each.emails],
        )
    )  # fmt: skip


def _tokens_along(moved: Mapping[str, Sequence[int]]) -> set[int]:
    """By what rows that went let their customer be found: a car by its VIN."""
    found: set[int] = set()
    for reference in declared_references():
        if reference.tokens is not None and moved.get(reference.name):
            found |= reference.tokens(moved[reference.name])
    return found


def _scopes_of(customer_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT organisation_id FROM customers_customeraccess WHERE customer_id = %s AND until IS NULL",
            [customer_id],
        )
        return [token for row in cursor.fetchall() for token in scope_tokens("customer", row[0])]


def _copy_access(old: int, new: int, at: datetime) -> None:
    """Whoever saw the customer sees both parts: which of them a dealer knows, nobody can tell from here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customeraccess (customer_id, organisation_id, kind, since)"
            " SELECT %s, organisation_id, kind, %s FROM customers_customeraccess WHERE customer_id = %s"
            " AND until IS NULL ON CONFLICT DO NOTHING",
            [new, at, old],
        )
