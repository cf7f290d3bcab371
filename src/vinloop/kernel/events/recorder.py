"""Writes facts. The database itself notifies those who watch (trigger in the kernel's migrations)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from psycopg.types.json import Jsonb

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.events.facts import Fact, Subject

_INTO = (
    "kernel_event (at, kind, version, user_id, door, organisation_id, subject_kind, subject_id,"
    " subject_ref, customer_id, payload)"
)
_INSERT = "INSERT INTO " + _INTO + " VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)"
_COPY = "COPY " + _INTO + " FROM STDIN"
_MANY = 20


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
    """Write many facts in the current transaction, by COPY when they are many."""
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of its change")
    rows = [_row(each, actor, at) for each in facts]
    if not rows:
        return
    with connection.cursor() as cursor:
        if len(rows) < _MANY:
            cursor.executemany(_INSERT, rows) if len(rows) > 1 else cursor.execute(_INSERT, rows[0])
            return
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)


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
        Jsonb(msgspec.to_builtins(fact)),
    )
