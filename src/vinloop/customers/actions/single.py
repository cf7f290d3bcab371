"""One customer held for writing, and the subject of what is told about them."""

from __future__ import annotations

from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Customer
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject

EDIT = "customers.customer:edit"


def locked_customer(ref: str) -> Customer:
    """The customer, locked until the transaction ends.

    Raises ``CustomerNotFound``, also for one who became another or was erased.
    """
    living = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    customer = living.select_for_update().filter(ref=ref).first()
    if customer is None:
        raise CustomerNotFound(ref)
    return customer


def subject_of(customer: Customer, actor: Actor) -> Subject:
    """What a fact about the customer is filed under: whoever acts tells it in the name of their organisation."""
    return Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
