"""Two dealers that must not know of each other, each with one of everything a dealer can have.

The rows of the second dealer get numbers from seven million on, so that even a number of theirs is recognised
wherever it turns up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection
from tests.kernel.people import acting_as, make_user
from tests.leads.world import AT, World

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.customers.actions.edit import record_consents
from vinloop.customers.models import ContactPoint
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts.actions import TokenTerms, create_token
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document
from vinloop.kernel.models import ApiToken, Membership, Organisation, Role, User
from vinloop.leads import actions
from vinloop.leads.actions.demo_cars import DemoCarInput, save_demo_car
from vinloop.leads.actions.showroom import VisitInput, record_visit
from vinloop.leads.actions.test_drives import SlotInput, book_test_drive
from vinloop.leads.models import Lead
from vinloop.leads.rules.submissions import CustomerInput, InterestInput, Submission
from vinloop.messaging.models import Message
from vinloop.orders.actions import OrderInput, place_order, report_delivery
from vinloop.vehicles.models import Ownership

FIRST_NUMBER, LATER_NUMBER = 7_000_000, 8_000_000
NOW = AT + timedelta(hours=5)
# What no dealer is ever given: it concerns the installation, not an organisation's rows.
OF_THE_INSTALLATION = {"kernel.job:manage"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What is peculiar to one dealer's customer, and so must not be found elsewhere."""

    word: str
    name: str
    phone: str
    plate: str
    demo_plate: str
    vin: str

    @property
    def email(self) -> str:
        """An address nobody else has."""
        return f"{self.word}@buyer.example"

    @property
    def external_id(self) -> str:
        """The portal's number."""
        return f"portal-{self.word}-1"


OURS = Identity("emerald", "王建国", "13800138000", "沪A12345", "沪AD12345", "1HGCM82633A004352")
THEIRS = Identity("obsidian", "欧阳玄武", "13977712468", "粤B86420", "粤BD97531", "1M8GDM9AXKP042788")


@dataclass(slots=True)
class Side:
    """What one dealer has: by kind, the refs and numbers under which it could be asked for."""

    identity: Identity
    dealer: Organisation
    manager: User
    refs: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def make_manager(username: str, organisation: Organisation) -> User:
    """Somebody who may do everything a dealer can be allowed, so that only the scope stands in the way."""
    permissions = sorted(all_permissions().keys() - OF_THE_INSTALLATION)
    facts = {"name": "Everything", "level": organisation.kind, "permissions": permissions}
    # Roles belong to the installation: the same for both dealers.
    role, _made = Role.objects.get_or_create(code=f"all-{organisation.kind}", defaults=facts)
    user = make_user(username, f"{organisation.kind}_manager", organisation, password=None)
    Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def token_for(user: User, organisation: Organisation) -> str:
    """A token of the user's own in the organisation."""
    with acting_as(user, organisation) as actor:
        return create_token(actor=actor, user=user, organisation=organisation, terms=TokenTerms(label="program"), at=AT)


def make_side(world: World, identity: Identity, dealer: Organisation) -> Side:
    """One of everything at a dealer, made by the real actions."""
    side = Side(identity, dealer, make_manager(f"{identity.word}-manager", dealer))
    side.numbers |= {"organisation": dealer.pk, "user": side.manager.pk}
    _lead(world, side)
    _showroom(world, side)
    _order(world, side)
    _waiting_lead(world, side)
    _connectors(side)
    return side


def _lead(world: World, side: Side) -> None:
    who = side.identity
    submission = _submission(who, who.name, who.phone, who.external_id)
    with world.system() as system:
        captured = actions.capture_lead(actor=system, submission=submission, at=AT)
        actions.verify_lead(
            actor=system, ref=captured.ref, verification=actions.Verification(outcome="valid", days=7), at=AT
        )
        _dispatch(system, captured.lead_id, side.dealer)
    contact = actions.ContactInput(channel="phone", result="reached", note=f"note {who.word}", level="H")
    with acting_as(side.manager) as actor:
        actions.accept_lead(actor=actor, ref=captured.ref, at=AT)
        actions.assign_consultant(actor=actor, ref=captured.ref, user_id=side.manager.pk, at=AT)
        actions.log_contact(actor=actor, ref=captured.ref, contact=contact, at=AT)
        actions.add_quote(
            actor=actor,
            ref=captured.ref,
            at=AT,
            model_code=world.model.code,
            price=123_456_00,
            currency="CNY",
            trim="",
            note=f"quote {who.word}",
        )
    side.refs |= {"lead": captured.ref, "customer": captured.customer_ref}
    with world.system():
        lead = Lead.objects.select_related("customer").get(ref=captured.ref)
        record_consents(actor=system_actor(), customer=lead.customer, answers={"email": True}, proof="said so", at=AT)
        point = ContactPoint.objects.filter(customer_id=lead.customer_id, kind="phone").get()
    side.numbers |= {"lead": lead.pk, "customer": lead.customer_id, "contact": point.pk}


def _dispatch(system: Any, lead_id: int, dealer: Organisation) -> None:
    # To headquarters' own choice, or to nobody's: here it is always this dealer.
    actions.dispatch_leads(actor=system, lead_ids=[lead_id], at=AT, dealer_id=dealer.pk)


def _submission(who: Identity, name: str, phone: str, external_id: str) -> Submission:
    return Submission(
        source="web",
        external_id=external_id,
        referrer=f"https://{who.word}.example/",
        comments=f"comment {who.word}",
        customer=CustomerInput(name=name, phones=[phone], emails=[who.email], address=f"{who.word} road 1"),
        interest=InterestInput(brand="Aurora", model="Aurora S"),
        timeframe="7 days",
    )


def _showroom(world: World, side: Side) -> None:
    lead = side.refs["lead"]
    with acting_as(side.manager) as actor:
        visit = VisitInput(kind="invited", arrived_at=AT, lead_ref=lead, note=f"visit {side.identity.word}")
        side.refs["visit"] = record_visit(actor=actor, visit=visit, at=AT).ref
        car = save_demo_car(
            actor=actor, values=DemoCarInput(car_model_id=world.model.pk, plate=side.identity.demo_plate), at=AT
        )
        slot = SlotInput(demo_car_id=car.pk, consultant_id=side.manager.pk, starts_at=AT + timedelta(hours=6))
        drive = book_test_drive(actor=actor, lead_ref=lead, slot=slot, at=AT)
        side.refs |= {"drive": drive.ref, "message": Message.objects.latest("id").ref}
    side.numbers["car"] = car.pk


def _order(world: World, side: Side) -> None:
    terms = OrderInput(model_code=world.model.code, price=234_567_00, trim=f"trim {side.identity.word}")
    with acting_as(side.manager) as actor:
        order = place_order(actor=actor, lead_ref=side.refs["lead"], order=terms, at=AT)
        report_delivery(
            actor=actor,
            ref=order.ref,
            vin=side.identity.vin,
            delivery_date=date(2026, 3, 2),
            plate=side.identity.plate,
            at=AT,
        )
        side.numbers["ownership"] = Ownership.objects.get(vehicle__vin=side.identity.vin).pk
    side.refs |= {"order": order.ref, "vin": side.identity.vin}


def _waiting_lead(world: World, side: Side) -> None:
    """A second customer, whose lead is dispatched and still waits."""
    who = side.identity
    phone = f"{who.phone[:-2]}{99 - int(who.phone[-2:])}"
    submission = msgspec.structs.replace(
        _submission(who, f"{who.name}二", phone, f"{who.external_id}2"), wished_dealer=side.dealer.code
    )
    with world.system() as system:
        captured = actions.capture_lead(actor=system, submission=submission, at=AT)
        actions.verify_lead(
            actor=system, ref=captured.ref, verification=actions.Verification(outcome="valid", days=7), at=AT
        )
        lead = Lead.objects.get(ref=captured.ref)
        if lead.status == "ready":
            _dispatch(system, lead.pk, side.dealer)
    side.refs["waiting_lead"] = captured.ref


def _connectors(side: Side) -> None:
    with acting(system_actor()) as system:
        body = f"<adf>{side.identity.word}</adf>".encode()
        envelope = Envelope(channel="adf", content_type="text/xml", filename=f"{side.identity.word}.xml")
        document = receive_document(actor=system, owner_id=side.dealer.pk, body=body, envelope=envelope, at=AT)
        quarantine(actor=system, document=document, reason="no_prospect", detail=f"in {side.identity.word}", at=AT)
        endpoint = WebhookEndpoint.objects.create(
            owner=side.dealer,
            url=f"https://{side.identity.word}.example/hook",
            kinds=["*"],
            secrets=["whsec_dGVzdA=="],
            description=f"hook {side.identity.word}",
            created_at=AT,
        )
        delivery = WebhookDelivery.objects.create(
            endpoint=endpoint,
            owner=side.dealer,
            message_id=f"msg_{side.identity.word}",
            kind="leads.LeadCaptured",
            payload={"ref": side.refs["lead"]},
            created_at=AT,
        )
    token_for(side.manager, side.dealer)
    side.refs["document"] = document.ref
    side.numbers |= {"endpoint": endpoint.pk, "delivery": delivery.pk}
    side.numbers |= {
        "token": ApiToken.objects.get(user=side.manager).pk,
        "membership": Membership.objects.filter(user=side.manager).latest("id").pk,
    }


def number_from(first: int) -> None:
    """Every table counts on from here, each from a number of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'S'"
            " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for position, (sequence,) in enumerate(cursor.fetchall()):
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {first + position * 1000 + 17}")


def forget_scope() -> None:
    """No scope is in force, as at the start of a request; in a test all share one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '', true)")
