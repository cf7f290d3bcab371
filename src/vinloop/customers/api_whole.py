"""Endpoints beside a customer's record: timeline, changes of what is known of them, and asking headquarters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils import timezone

from vinloop.customers.actions.reach import Change, change_contact, end_address
from vinloop.customers.actions.relations import add_relation, remove_relation
from vinloop.customers.actions.release import release_field
from vinloop.customers.api_parts import FactOut, facts_out
from vinloop.customers.asking.actions import ASK, GRANT, ask_for_customer, grant_access, refuse_access
from vinloop.customers.asking.queries import ORDER, all_requests, candidates_of, own_requests
from vinloop.customers.models import AccessRequest
from vinloop.customers.profile import ids_of_customer
from vinloop.customers.queries import get_customer
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, path
from vinloop.kernel.events.queries import events_of_ids, kinds_in_group, with_names
from vinloop.kernel.models import Event
from vinloop.kernel.paging import paginate

READ, EDIT = "customers.customer:read", "customers.customer:edit"
NEWEST = ("-at", "-id")
Relation = Literal["household", "employer", "driver", "other"]
Field = Literal["name", "kind", "gender", "birth_date", "province", "city", "address", "language"]
_DAY = timedelta(days=1)


class WholePath(msgspec.Struct, frozen=True):
    """Which customer."""

    ref: str


class PartPath(msgspec.Struct, frozen=True):
    """Which number, address or relation of which customer."""

    ref: str
    id: int


class TimelineQuery(PageQuery, frozen=True, kw_only=True):
    """Which part of a timeline: of a kind, and from one day to another, both included."""

    group: Literal["", "contacts", "sales", "service", "marketing", "changes"] = ""
    since: date | None = None
    until: date | None = None


class ContactChange(msgspec.Struct, frozen=True):
    """``primary``: the first choice of its kind; ``verified``; ``ended``: no longer valid; ``renewed``: valid again."""

    change: Change


class RelationIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who belongs to the customer; for ``employer`` and ``driver`` the other one is the firm."""

    other: str
    kind: Relation


class FieldIn(msgspec.Struct, frozen=True):
    """Which field the rules decide again."""

    field: Field


class ChangedOut(msgspec.Struct, frozen=True):
    """The customer that was changed, by its reference now."""

    ref: str


class AskIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a dealer asks for (a whole phone number, VIN, e-mail address or reference), and why."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=254)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class AskedOut(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the dealer sees it; ``customer`` is set once it was granted."""

    ref: str
    asked_for: str
    reason: str
    state: str
    answer: str
    asked_at: datetime
    until: datetime | None
    customer: str | None


class QueuedOut(AskedOut, frozen=True, kw_only=True):
    """A request as headquarters sees it; ``candidates`` are the references of customers it may mean."""

    dealer: str
    candidates: list[str]


class DecisionIn(msgspec.Struct, frozen=True, kw_only=True):
    """Grant a customer until then (null: without an end), or refuse."""

    decision: Literal["grant", "refuse"]
    customer: str = ""
    until: datetime | None = None
    answer: Annotated[str, msgspec.Meta(max_length=300)] = ""


class QueueQuery(PageQuery, frozen=True, kw_only=True):
    """Which requests."""

    state: Literal["", "open", "granted", "refused"] = "open"


class RequestPath(msgspec.Struct, frozen=True):
    """Which request."""

    ref: str


class TimelineController(ApiController):
    """All that happened."""

    tags = ("Customers",)

    @endpoint(READ, operation_id="customerTimeline")
    def get(self, parsed_path: Path[WholePath], parsed_query: Query[TimelineQuery]) -> Page[FactOut]:
        """Read what happened to a customer, and to those who became one with it, newest first."""
        customer = get_customer(self.actor, parsed_path.ref)
        events = _within(events_of_ids(ids_of_customer(customer.pk)), parsed_query)
        page = paginate(with_names(events), NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return Page(facts_out(page.items), page.next, page.previous)


class ContactController(ApiController):
    """Numbers and e-mail addresses."""

    tags = ("Customers",)

    @endpoint(EDIT, status=200, operation_id="changeContact")
    def post(self, parsed_path: Path[PartPath], parsed_body: Body[ContactChange]) -> ChangedOut:
        """Say what was learnt about a number: first choice, verified, no longer valid, valid again."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        change_contact(actor=self.actor, ref=ref, contact_id=parsed_path.id, change=parsed_body.change, at=self.at)
        return ChangedOut(ref)


class AddressEndController(ApiController):
    """Addresses."""

    tags = ("Customers",)

    @endpoint(EDIT, status=200, operation_id="endAddress")
    def post(self, parsed_path: Path[PartPath]) -> ChangedOut:
        """Say that a customer is at an address no longer."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        end_address(actor=self.actor, ref=ref, address_id=parsed_path.id, at=self.at)
        return ChangedOut(ref)


class ReleaseController(ApiController):
    """Fields left to the rules."""

    tags = ("Customers",)

    @endpoint(EDIT, status=200, operation_id="releaseField")
    def post(self, parsed_path: Path[WholePath], parsed_body: Body[FieldIn]) -> ChangedOut:
        """Let the rules decide a field again that a person corrected."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        release_field(actor=self.actor, ref=ref, field=parsed_body.field, at=self.at)
        return ChangedOut(ref)


class RelationsController(ApiController):
    """Relations."""

    tags = ("Customers",)

    @endpoint(EDIT, operation_id="addRelation")
    def post(self, parsed_path: Path[WholePath], parsed_body: Body[RelationIn]) -> ChangedOut:
        """Say that two customers belong together."""
        ref, other = get_customer(self.actor, parsed_path.ref).ref, get_customer(self.actor, parsed_body.other).ref
        add_relation(actor=self.actor, ref=ref, other_ref=other, kind=parsed_body.kind, at=self.at)
        return ChangedOut(ref)


class RelationController(ApiController):
    """One relation."""

    tags = ("Customers",)

    @endpoint(EDIT, status=200, operation_id="removeRelation")
    def delete(self, parsed_path: Path[PartPath]) -> ChangedOut:
        """Say that two customers do not belong together; no later run brings the relation back."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        remove_relation(actor=self.actor, ref=ref, relation_id=parsed_path.id, at=self.at)
        return ChangedOut(ref)


class AskedController(ApiController):
    """What a dealer asks headquarters for."""

    tags = ("Access requests",)

    @endpoint(ASK, operation_id="listOwnAccessRequests")
    def get(self, parsed_query: Query[PageQuery]) -> Page[AskedOut]:
        """List what the caller's organisation asked for, newest first."""
        page = paginate(own_requests(self.actor), ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return Page([AskedOut(**_asked(each)) for each in page.items], page.next, page.previous)

    @endpoint(ASK, operation_id="askForCustomer")
    def post(self, parsed_body: Body[AskIn]) -> AskedOut:
        """Ask headquarters for a customer. The answer is the same whether or not anybody is known by it."""
        asked = ask_for_customer(actor=self.actor, text=parsed_body.text, reason=parsed_body.reason, at=self.at)
        return AskedOut(**_asked(asked))


class AskedQueueController(ApiController):
    """What headquarters decides on."""

    tags = ("Access requests",)

    @endpoint(GRANT, operation_id="listAccessRequests")
    def get(self, parsed_query: Query[QueueQuery]) -> Page[QueuedOut]:
        """List what dealers ask for, newest first, with whom each may mean."""
        rows = all_requests(self.actor, parsed_query.state)
        page = paginate(rows, ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        meant = candidates_of(page.items)
        items = [
            QueuedOut(**_asked(each), dealer=each.organisation.code, candidates=[c.ref for c in meant[each.pk]])
            for each in page.items
        ]
        return Page(items, page.next, page.previous)


class DecisionController(ApiController):
    """Decisions of headquarters."""

    tags = ("Access requests",)

    @endpoint(GRANT, status=200, operation_id="decideAccessRequest")
    def post(self, parsed_path: Path[RequestPath], parsed_body: Body[DecisionIn]) -> AskedOut:
        """Grant or refuse; the dealer is told."""
        said = parsed_body
        if said.decision == "refuse":
            done = refuse_access(actor=self.actor, ref=parsed_path.ref, answer=said.answer, at=self.at)
        else:
            done = grant_access(
                actor=self.actor, ref=parsed_path.ref, customer_ref=said.customer, until=said.until,
                answer=said.answer, at=self.at,
            )  # fmt: skip
        return AskedOut(**_asked(done))


def _within(events: QuerySet[Event], wanted: TimelineQuery) -> QuerySet[Event]:
    if wanted.group:
        events = events.filter(kind__in=kinds_in_group(wanted.group))
    if wanted.since:
        events = events.filter(at__gte=timezone.make_aware(datetime.combine(wanted.since, time.min)))
    if wanted.until and wanted.until < date.max:
        events = events.filter(at__lt=timezone.make_aware(datetime.combine(wanted.until + _DAY, time.min)))
    return events


def _asked(each: AccessRequest) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "asked_for": each.asked_for,
        "reason": each.reason,
        "state": each.state,
        "answer": each.answer,
        "asked_at": each.asked_at,
        "until": each.until,
        "customer": each.customer.ref if each.customer else None,
    }


urls: list[URLPattern] = [
    path("customers/<str:ref>/timeline", TimelineController.as_view(), name="customer-timeline"),
    path("customers/<str:ref>/contacts/<int:id>", ContactController.as_view(), name="customer-contact"),
    path("customers/<str:ref>/addresses/<int:id>/end", AddressEndController.as_view(), name="customer-address-end"),
    path("customers/<str:ref>/release", ReleaseController.as_view(), name="customer-release"),
    path("customers/<str:ref>/relations", RelationsController.as_view(), name="customer-relations"),
    path("customers/<str:ref>/relations/<int:id>", RelationController.as_view(), name="customer-relation"),
    path("access-requests", AskedController.as_view(), name="access-requests"),
    path("access-requests/queue", AskedQueueController.as_view(), name="access-requests-queue"),
    path("access-requests/<str:ref>/decision", DecisionController.as_view(), name="access-request-decision"),
]
