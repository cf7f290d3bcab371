"""People who share a phone number or an address: spouses, a driver and the firm, or one person kept twice."""

from __future__ import annotations

from collections.abc import Iterable

from vinloop.customers.models import ContactPoint, Customer

SHOWN = 10


def people_sharing_contacts(customer_id: int) -> list[Customer]:
    """Other customers at the same number or address, as far as the scope in force shows them; one query."""
    own = ContactPoint.objects.filter(customer_id=customer_id).values("value")
    others = Customer.objects.filter(contact_points__value__in=own, merged_into__isnull=True)
    return list(others.exclude(pk=customer_id).distinct().order_by("name", "id")[:SHOWN])


def people_at(values: Iterable[str]) -> list[Customer]:
    """Customers at a number or address (normalised), as far as the scope in force shows them; one query."""
    found = Customer.objects.filter(contact_points__value__in=list(values), merged_into__isnull=True)
    return list(found.distinct().order_by("name", "id")[:SHOWN])
