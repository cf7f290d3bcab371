"""Giving a field a person corrected back to the rules."""

from __future__ import annotations

from datetime import datetime

from vinloop.customers.actions.edit import PLACE
from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.actions.single import EDIT, locked_customer, subject_of
from vinloop.customers.events import FieldReleased
from vinloop.customers.models import Customer
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import record


def release_field(*, actor: Actor, ref: str, field: str, at: datetime) -> Customer:
    """Let the rules decide a field again that a person corrected; the whole place when it is a part of one.

    Without a record that says anything about it the value stays. Raises ``CustomerNotFound`` and ``NotAllowed``.
    """
    actor.require(EDIT)
    customer = locked_customer(ref)
    given = set(PLACE if field in PLACE else (field,)) & set(customer.held_fields)
    if not given:
        return customer
    customer.held_fields = [each for each in customer.held_fields if each not in given]
    customer.updated_at = at
    customer.save(update_fields=["held_fields", "updated_at"])
    with elevated("weigh the records of all who know the customer, as every run does"):
        rebuild_golden([customer.pk], at=at, owner_scopes={})
    fact = FieldReleased(ref=customer.ref, fields=", ".join(sorted(given)))
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)
    customer.refresh_from_db()
    return customer
