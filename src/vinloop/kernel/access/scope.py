"""Row-level security for a block of code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from vinloop.kernel.access.actor import Actor

_scope: ContextVar[str] = ContextVar("vinloop_scope", default="")


def _enter(scope: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', %s, true)", [scope])


@contextmanager
def _scoped(scope: str) -> Iterator[None]:
    previous = _scope.get()
    if scope == previous:
        yield
        return
    token = _scope.set(scope)
    try:
        _enter(scope)
        yield
    finally:
        _scope.reset(token)
        if previous and _can_be_used():
            _enter(previous)


def _can_be_used() -> bool:
    """Whether statements may still run: after a database error the setting goes with the transaction anyway."""
    raw = connection.connection
    return raw is not None and not raw.closed and raw.info.transaction_status == TransactionStatus.INTRANS


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Run a block in one transaction, seeing only what the actor may see.

    Everything the block writes is committed together or not at all.
    """
    with transaction.atomic(), _scoped(actor.scope):
        yield actor


@contextmanager
def elevated(reason: str) -> Iterator[None]:
    """See every row for a moment, inside an action that has already authorised its actor.

    ``reason`` says why the action must look beyond the actor's scope: to recognise a customer another dealer
    knows, or to hand a lead from one dealer to the next. What it finds must not be shown to the actor.
    """
    if not reason:
        raise ValueError("say why the action must see everything")
    if not connection.in_atomic_block:
        raise RuntimeError("an action runs in its door's transaction")
    with _scoped("*"):
        yield
