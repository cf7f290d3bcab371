"""Two customers with everything a merge may move, and pictures of all of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from tests.leads.world import World

from vinloop.customers.actions.receive import Incoming, receive_records
from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import Consent, ContactPoint, Customer, CustomerAccess, SourceRecord
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.identifiers import new_ref
from vinloop.leads.models import DemoCar, ShowroomVisit, TestDrive
from vinloop.messaging.models import Message
from vinloop.orders.models import Order
from vinloop.vehicles.actions import record_vehicle_delivery

AT = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
VINS = ("LSVAB2BR7MN123456", "LSVAB2BR7MN123457")
ZHANG = {
    "name": "张伟",
    "phone": "13900139000",
    "address": "上海市浦东新区世纪大道100号5栋301室",
    "birth_date": "1980-01-02",
}
WEI = {"name": "张玮", "phone": "13700137000", "email": "wei@example.com", "city": "苏州市"}
# What an undo puts back: everything of every table but when a row was last written.
_TABLES = (
    "customers_customer", "customers_sourcerecord", "customers_contactpoint", "customers_address",
    "customers_consent", "customers_customeraccess", "customers_relation", "customers_verdict",
    "customers_reviewpair", "customers_privacyrequest", "customers_accessrequest", "leads_lead",
    "leads_showroomvisit", "leads_testdrive", "orders_order", "messaging_message", "vehicles_ownership",
)  # fmt: skip


def picture(leave_out: Sequence[str] = ()) -> dict[str, list[Any]]:
    """Every row of every table a step may touch, and by what customers are found."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            if table not in leave_out:
                cursor.execute(f"SELECT (to_jsonb(t) - 'updated_at')::text FROM {table} t ORDER BY id")
                found[table] = [json.loads(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT object_id, ARRAY(SELECT unnest(tokens) ORDER BY 1) FROM kernel_searchentry"
            " WHERE kind = 'customer' ORDER BY 1"
        )
        found["search"] = [list(row) for row in cursor.fetchall()]
    return found


@dataclass(frozen=True, slots=True)
class Two:
    """张伟 and 张玮, each with a record of a dealer's system, a lead, an order, a car and more."""

    world: World
    one: Customer
    two: Customer

    def records(self, customer: Customer) -> list[int]:
        """The ids of a customer's records."""
        with self.world.system():
            return list(SourceRecord.objects.filter(customer=customer).order_by("id").values_list("id", flat=True))


def make_two(world: World) -> Two:
    """Both customers at dealer D1 and D2, with everything that points at a customer."""
    send(world, {"z1": ZHANG, "l1": WEI})
    with world.system():
        one, two = (Customer.objects.get(name=each["name"]) for each in (ZHANG, WEI))
    world.capture("张伟", "13900139000")
    world.capture("张玮", "13700137000")
    for customer, vin in ((one, VINS[0]), (two, VINS[1])):
        _fill(world, customer, vin)
    resolve_waiting(actor=system_actor(), at=AT)
    return Two(world, one, two)


def send(world: World, rows: dict[str, dict[str, str]], *, source: str = "dms-d1", at: datetime = AT) -> None:
    """Rows of a dealer's system, by their keys, taken in and resolved."""
    with world.system() as system:
        registered = register_source(actor=system, code=source, owner=world.network.dealer, terms=SourceTerms(), at=at)
        incoming = [
            Incoming({"key": key, **values}, {"key": [key], **{name: [text] for name, text in values.items()}})
            for key, values in rows.items()
        ]
        receive_records(actor=system, source=registered, rows=incoming, at=at)
    resolve_waiting(actor=system_actor(), at=at)


def _fill(world: World, customer: Customer, vin: str) -> None:
    with world.system() as system:
        lead = customer.leads.get()
        dealer, model = world.network.dealer, world.model
        Order.objects.create(
            ref=new_ref("O"),
            owner=dealer,
            customer=customer,
            lead=lead,
            car_model=model,
            price=1,
            ordered_at=AT,
            consultant=world.consultant,
        )
        Message.objects.create(
            ref=new_ref("M"), owner=dealer, customer=customer, address="a@example.com", template="t", language="en",
            body="", consent_basis="service", created_at=AT,
        )  # fmt: skip
        ShowroomVisit.objects.create(ref=new_ref("V"), owner=dealer, customer=customer, arrived_at=AT)
        car = DemoCar.objects.get_or_create(owner=dealer, car_model=model, plate="沪A00001")[0]
        TestDrive.objects.create(
            ref=new_ref("T"), owner=dealer, customer=customer, lead=lead, demo_car=car, consultant=world.consultant,
            starts_at=AT + timedelta(days=customer.pk), ends_at=AT + timedelta(days=customer.pk, hours=1),
            created_at=AT,
        )  # fmt: skip
        record_vehicle_delivery(
            actor=system, at=AT, vin=vin, car_model_id=model.pk, customer_id=customer.pk, dealer_id=dealer.pk,
            delivery_date=date(2026, 3, 1), trim="", colour="", plate="",
        )  # fmt: skip
        Consent.objects.create(customer=customer, channel="phone", is_granted=True, proof="form", at=AT)
        ContactPoint.objects.create(
            customer=customer, kind="phone", value="+862161234567", created_at=AT,
            state="verified" if customer.name == "张玮" else "unverified",
        )  # fmt: skip
        CustomerAccess.objects.create(
            customer=customer, organisation=world.network.sister, kind="grant", since=AT,
            until=AT if customer.name == "张伟" else None,
        )  # fmt: skip
