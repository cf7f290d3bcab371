"""A customer as a row, and how the search over everything finds customers."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.customers.profile import masked_phone_of, with_phone
from vinloop.customers.queries import READ, list_customers
from vinloop.customers.words import place_words
from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import parse_ref
from vinloop.kernel.web import cells
from vinloop.kernel.web.finding import SHOWN, Finder, Found
from vinloop.kernel.web.table_rows import Column, Row

CUSTOMER_COLUMNS: Sequence[Column] = [
    Column("name", _("Customer")),
    Column("phone", _("Phone")),
    Column("kind", _("Kind"), is_on_phone=False),
    Column("city", _("City")),
    Column("changed", _("Last change"), is_on_phone=False),
    Column("ref", _("Reference"), is_on_phone=False),
]


def customer_row(customer: Customer) -> Row:
    """A customer in a list; ``with_phone`` has read the number."""
    return Row(
        reverse("customers:customer_page", args=[customer.ref]),
        [
            customer.name or _now("Name not known"),
            masked_phone_of(customer),
            customer.get_kind_display(),
            " ".join(dict.fromkeys(place_words(part) for part in (customer.province, customer.city) if part)),
            cells.ago(customer.updated_at),
            customer.ref,
        ],
        ref=customer.ref,
        label=customer.name or customer.ref,
    )


def find_customers(actor: Actor, text: str) -> Found:
    """Customers by name, number, car or reference."""
    ref = parse_ref(text)
    found = list(with_phone(list_customers(actor, q=text))[: SHOWN + 1])
    jump = found and ref is not None and found[0].ref == ref
    return Found(
        rows=[customer_row(each) for each in found[:SHOWN]],
        more_url=f"{reverse('customers:customer_list')}?q={text}" if len(found) > SHOWN else "",
        jump_url=reverse("customers:customer_page", args=[ref]) if jump else "",
    )


FINDER = Finder("customers", _("Customers"), CUSTOMER_COLUMNS, find_customers, READ, position=10, kinds=("customer",))
