"""Row-level security for a block of code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from vinloop.kernel.access.actor import Actor

_scope: ContextVar[str] = ContextVar("vinloop_scope", default="")


def _enter(scope: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', %s, true)", [scope])


@contextmanager
def _scoped(scope: str) -> Iterator[None]:
    previous = _scope.get()
    token = _scope.set(scope)
    try:
        if scope != previous:
            _enter(scope)
        yield
        # After an error PostgreSQL forgets the setting with the transaction or savepoint itself.
        if scope != previous and previous and not connection.needs_rollback:
            _enter(previous)
    finally:
        _scope.reset(token)


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
    with transaction.atomic(), _scoped("*"):
        yield
