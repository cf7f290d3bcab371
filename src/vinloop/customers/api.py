"""Endpoints of customers: golden records with masked numbers, their history, consent and looking behind the mask."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.urls import URLPattern
from msgspec import UNSET, UnsetType

from vinloop.customers.actions import edit_customer, record_consents
from vinloop.customers.actions.unmask import GOLDEN, UNMASK, Part, unmask
from vinloop.customers.api_parts import (
    CustomerAddressOut,
    FactOut,
    OriginOut,
    ProvenanceOut,
    facts_out,
    place_out,
    provenance_of,
)
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.facts import shown_address
from vinloop.customers.models import Customer
from vinloop.customers.profile import Profile, Related, customer_profile
from vinloop.customers.queries import ORDER, Reach, contact_points, get_customer, list_customers
from vinloop.customers.vehicle_slot import CustomerVehicleOut, vehicles_for
from vinloop.kernel.access import Actor
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, path
from vinloop.kernel.events.queries import events_of_ids, with_names
from vinloop.kernel.paging import paginate

READ, EDIT = "customers.customer:read", "customers.customer:edit"
HISTORY = 200
Channel = Literal["phone", "sms", "email", "wechat"]
Reason = Annotated[str, msgspec.Meta(max_length=200)]


class CustomerQuery(PageQuery, frozen=True, kw_only=True):
    """Which customers to list."""

    q: Annotated[str, msgspec.Meta(description="Name (Chinese, pinyin), phone tail, VIN tail, plate or ref")] = ""
    kind: Literal["", "person", "company", "government"] = ""
    city: str = ""


class CustomerPath(msgspec.Struct, frozen=True):
    """Which customer."""

    ref: str


class ContactOut(msgspec.Struct, frozen=True):
    """A number or address, masked; ``id`` names it for ``unmask``; ``valid_until`` says since when it is not valid."""

    id: int
    kind: str
    shown: str
    is_primary: bool
    state: str
    last_seen_on: date | None = None
    valid_until: date | None = None


class CustomerOut(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as lists show them."""

    ref: str
    kind: str
    name: str
    province: str
    city: str
    contacts: list[ContactOut]
    created_at: datetime
    updated_at: datetime


class RelatedOut(msgspec.Struct, frozen=True):
    """Another customer: ``how`` is ``contact`` (same number or address), ``household``, ``employer``, ``employer_of``,
    ``driver``, ``driver_of`` or ``other``, seen from this one. ``id`` names a relation; 0 for a shared contact.
    """

    ref: str
    name: str
    kind: str
    city: str
    how: str = "contact"
    id: int = 0
    is_derived: bool = True


class CustomerPage(CustomerOut, frozen=True, kw_only=True):
    """A customer with what their page shows. ``merged_into`` is set on a record that became another one.

    ``merged`` are the references of records that became this one; ``records`` counts what each source sent of it;
    ``address`` tells where it is but neither street nor door; ``unmask`` shows it. ``held_fields`` are those a person
    corrected, which no rule overwrites. ``history`` is the newest of the timeline.
    """

    gender: str
    birth_date: date | None
    address: str
    language: str
    county: str
    postcode: str
    held_fields: list[str]
    provenance: dict[str, ProvenanceOut]
    addresses: list[CustomerAddressOut]
    consents: dict[str, bool]
    vehicles: list[CustomerVehicleOut]
    related: list[RelatedOut]
    records: list[OriginOut]
    merged: list[str]
    merged_into: str | None
    history: list[FactOut]


class CustomerChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to correct; what is left out stays as it is. ``language`` is how the customer likes to be written to."""

    name: Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")] | UnsetType = UNSET
    kind: Literal["person", "company", "government"] | UnsetType = UNSET
    gender: Literal["", "female", "male"] | UnsetType = UNSET
    birth_date: date | UnsetType | None = UNSET
    province: Annotated[str, msgspec.Meta(max_length=60)] | UnsetType = UNSET
    city: Annotated[str, msgspec.Meta(max_length=80)] | UnsetType = UNSET
    address: Annotated[str, msgspec.Meta(max_length=300)] | UnsetType = UNSET
    language: Literal["", "zh-hans", "en"] | UnsetType = UNSET

    def changes(self) -> dict[str, Any]:
        """For the action, by the names of the fields."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}
        return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}


class ConsentsIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer allows, per channel, and where they said so."""

    answers: dict[Channel, bool]
    proof: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ConsentsOut(msgspec.Struct, frozen=True):
    """The newest answer per channel."""

    ref: str
    consents: dict[str, bool]


class UnmaskIn(msgspec.Struct, frozen=True, kw_only=True):
    """What to show, and why; both are recorded, the value is not.

    ``contact_id`` or ``address_id`` name it; without either it is the address in force. ``reason`` is ``contact``,
    ``complaint``, ``correction``, ``appointment``, ``identity``, ``contract``, ``request``, or own words without
    names and numbers; without one it is refused with the code ``reason_needed``.
    """

    reason: Reason = ""
    contact_id: int | None = None
    address_id: int | None = None

    @property
    def wanted(self) -> tuple[Part, int]:
        """For the action."""
        if self.contact_id is not None:
            return "contact", self.contact_id
        return "address", self.address_id or GOLDEN


class UnmaskOut(msgspec.Struct, frozen=True):
    """What was hidden."""

    ref: str
    contact_id: int | None
    address_id: int | None
    value: str


class CustomersController(ApiController):
    """Customers."""

    tags = ("Customers",)

    @endpoint(READ, operation_id="listCustomers")
    def get(self, parsed_query: Query[CustomerQuery]) -> Page[CustomerOut]:
        """List customers in the caller's sight, last changed first."""
        found = list_customers(self.actor, q=parsed_query.q, kind=parsed_query.kind, city=parsed_query.city)
        page = paginate(found, ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        reach = contact_points({each.pk for each in page.items})
        return Page([_row(each, reach.get(each.pk, [])) for each in page.items], page.next, page.previous)


class CustomerController(ApiController):
    """One customer."""

    tags = ("Customers",)

    @endpoint(READ, operation_id="getCustomer")
    def get(self, parsed_path: Path[CustomerPath]) -> CustomerPage:
        """Read a customer with consent, people at the same number, and what happened.

        Numbers and addresses are masked; ``unmask`` shows one, and that is recorded.
        """
        return _page(self.actor, customer_profile(self.actor, parsed_path.ref))

    @endpoint(EDIT, operation_id="editCustomer")
    def patch(self, parsed_path: Path[CustomerPath], parsed_body: Body[CustomerChange]) -> CustomerPage:
        """Correct a customer's record; every correction stays in its history."""
        customer = get_customer(self.actor, parsed_path.ref)
        edit_customer(actor=self.actor, ref=customer.ref, changes=parsed_body.changes(), at=self.at)
        return _page(self.actor, customer_profile(self.actor, customer.ref))


class ConsentsController(ApiController):
    """Consent."""

    tags = ("Customers",)

    @endpoint("customers.consent:edit", operation_id="recordConsents")
    def post(self, parsed_path: Path[CustomerPath], parsed_body: Body[ConsentsIn]) -> ConsentsOut:
        """Record what the customer allows per channel."""
        customer = get_customer(self.actor, parsed_path.ref)
        answers = {str(channel): granted for channel, granted in parsed_body.answers.items()}
        record_consents(
            actor=self.actor,
            customer=customer,
            answers=answers,
            proof=parsed_body.proof,
            at=self.at,
        )
        return ConsentsOut(customer.ref, dict(customer_profile(self.actor, customer.ref).consents))


class UnmaskController(ApiController):
    """Hidden values."""

    tags = ("Customers",)

    @endpoint(UNMASK, status=200, operation_id="unmaskContact")
    def post(self, parsed_path: Path[CustomerPath], parsed_body: Body[UnmaskIn]) -> UnmaskOut:
        """Show one number or address; who looked and why is recorded."""
        asked, ref = parsed_body, get_customer(self.actor, parsed_path.ref).ref
        part, key = asked.wanted
        value = unmask(actor=self.actor, ref=ref, part=part, key=key, reason=asked.reason, at=self.at)
        return UnmaskOut(ref, asked.contact_id, asked.address_id, value)


def _row(customer: Customer, reach: list[Reach]) -> CustomerOut:
    return CustomerOut(
        ref=customer.ref,
        kind=customer.kind,
        name=customer.name,
        province=customer.province,
        city=customer.city,
        contacts=[_contact(each) for each in reach],
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


def _page(actor: Actor, profile: Profile) -> CustomerPage:
    customer = profile.customer
    if customer.erased_at is not None:
        raise CustomerNotFound(customer.ref)
    return CustomerPage(
        **msgspec.structs.asdict(_row(customer, list(profile.reach))),
        gender=customer.gender,
        birth_date=customer.birth_date,
        address=shown_address(customer),
        language=customer.language,
        county=customer.county,
        postcode=customer.postcode,
        held_fields=sorted(customer.held_fields),
        provenance=provenance_of(profile),
        addresses=[place_out(each) for each in profile.places],
        consents=dict(profile.consents),
        vehicles=vehicles_for(actor, customer.pk),
        related=[_related(each) for each in profile.related],
        records=[OriginOut(each.source, each.name, each.records) for each in profile.origins],
        merged=list((profile.merged or {}).values()),
        merged_into=customer.merged_into.ref if customer.merged_into else None,
        history=facts_out(with_names(events_of_ids(profile.ids))[:HISTORY]),
    )


def _related(each: Related) -> RelatedOut:
    return RelatedOut(each.ref, each.name, each.kind, each.city, each.how, each.relation, each.is_derived)


def _contact(reach: Reach) -> ContactOut:
    return ContactOut(
        reach.id, reach.kind, reach.shown, reach.is_primary, reach.state, reach.last_seen_on, reach.valid_until
    )


urls: list[URLPattern] = [
    path("customers", CustomersController.as_view(), name="customers"),
    path("customers/<str:ref>", CustomerController.as_view(), name="customer"),
    path("customers/<str:ref>/consents", ConsentsController.as_view(), name="customer-consents"),
    path("customers/<str:ref>/unmask", UnmaskController.as_view(), name="customer-unmask"),
]
