"""Writes facts. The database itself notifies those who watch (trigger in the kernel's migrations)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.db.bulk import insert_rows
from vinloop.kernel.events.facts import Fact, Subject

_encode = msgspec.json.Encoder().encode
_COLUMNS = {
    "at": "timestamptz",
    "kind": "text",
    "version": "smallint",
    "user_id": "bigint",
    "door": "text",
    "organisation_id": "bigint",
    "subject_kind": "text",
    "subject_id": "bigint",
    "subject_ref": "text",
    "customer_id": "bigint",
    "payload": "jsonb",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact about a subject, ready to be written."""

    fact: Fact
    subject: Subject


def record(fact: Fact, *, actor: Actor, subject: Subject, at: datetime) -> None:
    """Write one fact in the current transaction.

    Raises ``RuntimeError`` outside a transaction: a fact without its change, or the reverse, must not exist.
    """
    record_all([Recorded(fact, subject)], actor=actor, at=at)


def record_all(facts: Iterable[Recorded], *, actor: Actor, at: datetime) -> None:
    """Write many facts in the current transaction, with one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of its change")
    insert_rows("kernel_event", _COLUMNS, [_row(each, actor, at) for each in facts])


def _row(each: Recorded, actor: Actor, at: datetime) -> tuple[Any, ...]:
    fact, subject = each.fact, each.subject
    return (
        at,
        fact.kind,
        fact.version,
        actor.user_id,
        actor.door,
        subject.owner_id,
        subject.kind,
        subject.id,
        subject.ref,
        subject.customer_id,
        _encode(fact).decode(),
    )
