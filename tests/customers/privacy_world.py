"""People with traces in every room, and how to look for them in the whole database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone
from tests.leads.world import AT, World

from vinloop.customers.actions import record_consents
from vinloop.customers.actions.edit import edit_customer
from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.actions.receive import Incoming, receive_records
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import Customer, Source, SourceRecord
from vinloop.kernel.intake.actions import Envelope, receive_document
from vinloop.kernel.models import IdempotencyKey
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.leads.models import Lead, Touch
from vinloop.messaging.actions import SERVICE, queue_message
from vinloop.orders.actions import OrderInput, place_order, report_delivery

SOURCE = "old-dms"


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything by which one person can be found."""

    name: str
    phone: str
    email: str
    number: str
    street: str
    plate: str

    @property
    def needles(self) -> tuple[str, ...]:
        """What must stand nowhere afterwards."""
        return (self.name, self.phone, self.email, self.number, self.street, self.plate)


GONE = Trace("欧阳若曦", "13800138000", "ruoxi@example.com", "110101199003070679", "梧桐路88弄", "沪A12345")
OTHER = Trace("诸葛明远", "13900139000", "mingyuan@example.com", "310101198507123453", "香樟路12号", "沪B54321")


def make_person(world: World, who: Trace, key: str, vin: str) -> str:
    """A customer with a delivered order, a source record, a conversation, messages and raw documents; the reference."""
    ref = world.dispatched_lead(who.name, who.phone)
    customer = world.lead(ref).customer
    _sell(world, who, ref, vin)
    with world.system() as actor:
        lead = Lead.objects.get(ref=ref)
        Lead.objects.filter(pk=lead.pk).update(comments=f"{who.name} 请打 {who.phone}", trade_in={"plate": who.plate})
        document = receive_document(
            actor=actor, owner_id=world.network.root.pk, body=f"<name>{who.name}</name>{who.phone}".encode(),
            envelope=Envelope(channel="adf", filename=f"{who.name}.xml", context={"from": who.email}), at=AT,
        )  # fmt: skip
        Touch.objects.filter(lead=lead).update(document=document)
        record_consents(actor=actor, customer=customer, answers={"phone": True}, proof=f"said by {who.name}", at=AT)
        edit_customer(actor=actor, ref=customer.ref, changes={"address": who.street}, at=AT)
        _import(world, who, key, customer)
        queue_message(
            actor=actor, owner_id=world.network.root.pk, at=AT, address=who.email, template="lead_received",
            language="zh-hans", context={"customer": who.name, "name": who.name, "lead": lead}, consent_basis=SERVICE,
            customer_id=customer.pk,
        )  # fmt: skip
        IdempotencyKey.objects.create(
            user_id=1, key=key, fingerprint="f", status=201, body=f'{{"phone":"{who.phone}"}}'.encode(), created_at=AT
        )
    return customer.ref


def _sell(world: World, who: Trace, ref: str, vin: str) -> None:
    now = timezone.now()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=now)
        contact = ContactInput(channel="phone", result="reached", note=f"{who.name} 住 {who.street}")
        log_contact(actor=actor, ref=ref, contact=contact, at=now)
        order = place_order(
            actor=actor, lead_ref=ref, order=OrderInput(model_code="aurora-s", price=15_000_000), at=now
        )
        today = date(now.year, now.month, now.day)
        report_delivery(actor=actor, ref=order.ref, vin=vin, delivery_date=today, plate=who.plate, at=now)


def _import(world: World, who: Trace, key: str, customer: Customer) -> None:
    for number in range(2):
        received(world, who, key, word=f"v{number}")
    SourceRecord.objects.filter(source=SOURCE, key=key).update(customer=customer)
    rebuild_golden([customer.pk], at=AT, owner_scopes={})


def received(world: World, who: Trace, key: str, word: str = "") -> int:
    """The person's row comes (again) from their dealer's system; answers how many records are new or changed."""
    with world.system() as actor:
        source = Source.objects.filter(code=SOURCE).first() or register_source(
            actor=actor, code=SOURCE, owner=world.network.dealer, terms=SourceTerms(), at=AT
        )
        values = {
            "key": [key], "name": [who.name], "phone": [who.phone], "email": [who.email], "id_number": [who.number],
            "address": [who.street],
        }  # fmt: skip
        payload = {code: texts[0] for code, texts in values.items()} | {"remark": f"{word} {who.name}"}
        found = receive_records(actor=actor, source=source, rows=[Incoming(payload, values)], at=AT + timedelta(days=1))
        return found.added + found.changed


def places_of(needles: Sequence[str]) -> dict[str, list[str]]:
    """By needle, the tables with a row in which it stands, as text or within bytes."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '*', true)")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for needle in needles:
            wanted = [f"%{needle}%", f"%{needle.encode().hex()}%", f"%{ascii(needle)[1:-1]}%"]
            for table in tables:
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ILIKE ANY (%s))', [wanted])
                row = cursor.fetchone()
                if row and row[0]:
                    found.setdefault(needle, []).append(table)
    return found


def picture(tables: Sequence[str]) -> dict[str, str]:
    """A print of whole tables: the same before and after where nothing may change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '*', true)")
        prints = {}
        for table in tables:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t")
            row = cursor.fetchone()
            prints[table] = row[0] if row else ""
        return prints
