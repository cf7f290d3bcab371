"""Endpoints of the showroom: who came in, with or without a contact."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import Http404, HttpResponseBase
from django.urls import URLPattern
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.api import (
    ApiController,
    Body,
    Page,
    PageQuery,
    Path,
    Query,
    endpoint,
    file_endpoint,
    filters_of,
    page_of,
    path,
)
from vinloop.kernel.models import User
from vinloop.kernel.paging import paginate
from vinloop.kernel.web.exports import CSV, EXPORT, XLSX
from vinloop.leads.actions.showroom import (
    RECORD,
    VisitInput,
    add_contact_to_visit,
    edit_visit,
    end_visit,
    record_visit,
)
from vinloop.leads.api.given import (
    ModelCode,
    Moment,
    Note,
    PersonOut,
    Username,
    model_id,
    user_id,
    within_reason,
)
from vinloop.leads.exports import export_visits
from vinloop.leads.models import ShowroomVisit
from vinloop.leads.queries.showroom import NEWEST, READ, VisitFilter, get_visit, list_visits
from vinloop.leads.rules.submissions import ConsentInput, CustomerInput

Kind = Literal["walk_in", "invited"]


class VisitQuery(PageQuery, frozen=True, kw_only=True):
    """Which visits to list. Days are the caller's."""

    arrived_from: date | None = None
    arrived_to: date | None = None
    kind: Literal["", "walk_in", "invited"] = ""
    captured: Annotated[bool | None, msgspec.Meta(description="Whether a contact was left")] = None
    first: Annotated[bool | None, msgspec.Meta(description="Whether it was the first visit")] = None
    consultant: Username = ""
    dealer: Annotated[str, msgspec.Meta(description="A dealer's code")] = ""
    region: Annotated[str, msgspec.Meta(description="A region's code")] = ""


class VisitExportQuery(VisitQuery, frozen=True, kw_only=True):
    """Which visits to take along, and as what kind of file."""

    format: Literal["csv", "xlsx"] = "csv"


class VisitPath(msgspec.Struct, frozen=True):
    """Which visit."""

    ref: str


class VisitOut(msgspec.Struct, frozen=True, kw_only=True):
    """A party that entered the showroom. ``customer`` and ``lead`` only as far as the caller may see them."""

    ref: str
    dealer: str
    kind: Kind
    is_first_visit: bool
    is_captured: bool
    party_size: int
    arrived_at: datetime
    left_at: datetime | None
    customer: PersonOut | None
    lead: str
    model_code: str
    consultant: str
    note: str


class VisitIn(msgspec.Struct, frozen=True, kw_only=True):
    """A party as the reception sees it; without ``arrived_at`` they came in just now.

    ``lead`` is the ref of somebody invited. ``is_returning``: they were here before, although nobody can say who
    they are.
    """

    kind: Kind = "walk_in"
    party_size: int = 1
    arrived_at: Moment | UnsetType = UNSET
    is_returning: bool = False
    customer: CustomerInput | None = None
    consent: ConsentInput = ConsentInput()
    lead: str = ""
    model_code: ModelCode = ""
    consultant: Username = ""
    note: Note = ""

    def visit(self, at: datetime) -> VisitInput:
        """For the action."""
        return VisitInput(
            kind=self.kind,
            party_size=self.party_size,
            arrived_at=_moment(self.arrived_at, "/arrived_at", at),
            is_returning=self.is_returning,
            customer=self.customer,
            consent=_proven(self.consent),
            lead_ref=self.lead,
            car_model_id=model_id(self.model_code),
            consultant_id=user_id(self.consultant),
            note=self.note,
        )


class VisitChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to correct; what is left out stays as it is."""

    kind: Kind | UnsetType = UNSET
    party_size: int | UnsetType = UNSET
    arrived_at: Moment | UnsetType = UNSET
    model_code: ModelCode | UnsetType = UNSET
    consultant: Username | UnsetType = UNSET
    note: Note | UnsetType = UNSET

    def changes(self) -> dict[str, Any]:
        """For the action, by the names of the visit's fields."""
        given = {"kind": self.kind, "party_size": self.party_size, "note": self.note}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not UNSET}
        if self.arrived_at is not UNSET:
            changes["arrived_at"] = within_reason(self.arrived_at, "/arrived_at")
        if self.model_code is not UNSET:
            changes["car_model_id"] = model_id(self.model_code)
        if self.consultant is not UNSET:
            changes["consultant_id"] = user_id(self.consultant)
        return changes


class VisitContactIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who they are after all, and what they allow."""

    customer: CustomerInput
    consent: ConsentInput = ConsentInput()


class VisitEnd(msgspec.Struct, frozen=True):
    """When the party left; left out: just now."""

    left_at: Moment | UnsetType = UNSET


class VisitsController(ApiController):
    """Showroom visits."""

    tags = ("Showroom",)

    @endpoint(READ, operation_id="listVisits")
    def get(self, parsed_query: Query[VisitQuery]) -> Page[VisitOut]:
        """List visits in the caller's sight, newest first."""
        rows = list_visits(self.actor, _wanted(self.actor, parsed_query))
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _visit)

    @endpoint(RECORD, operation_id="recordVisit")
    def post(self, parsed_body: Body[VisitIn]) -> VisitOut:
        """Record a party that came in.

        A contact becomes the dealer's own lead, or is found again among those that exist.
        """
        made = record_visit(actor=self.actor, visit=parsed_body.visit(self.at), at=self.at)
        return _visit(_found(self.actor, made.ref))


class VisitExportController(ApiController):
    """Visits as a file."""

    tags = ("Showroom",)

    @file_endpoint(EXPORT, content_types=(CSV, XLSX), operation_id="exportVisits")
    def get(self, parsed_query: Query[VisitExportQuery]) -> HttpResponseBase:
        """Take a list of visits along; that it was taken is recorded."""
        wanted = _wanted(self.actor, parsed_query)
        return export_visits(
            self.actor, wanted, file_format=parsed_query.format, filters=filters_of(parsed_query), at=self.at
        )


class VisitController(ApiController):
    """One visit."""

    tags = ("Showroom",)

    @endpoint(READ, operation_id="getVisit")
    def get(self, parsed_path: Path[VisitPath]) -> VisitOut:
        """Read a visit."""
        return _visit(_found(self.actor, parsed_path.ref))

    @endpoint(RECORD, operation_id="editVisit")
    def patch(self, parsed_path: Path[VisitPath], parsed_body: Body[VisitChange]) -> VisitOut:
        """Correct a visit, or give its party a consultant."""
        _found(self.actor, parsed_path.ref)
        edit_visit(actor=self.actor, ref=parsed_path.ref, changes=parsed_body.changes(), at=self.at)
        return _visit(_found(self.actor, parsed_path.ref))


class VisitContactController(ApiController):
    """The contact of a party."""

    tags = ("Showroom",)

    @endpoint(RECORD, status=200, operation_id="addVisitContact")
    def post(self, parsed_path: Path[VisitPath], parsed_body: Body[VisitContactIn]) -> VisitOut:
        """Capture a party that left its contact later."""
        _found(self.actor, parsed_path.ref)
        add_contact_to_visit(
            actor=self.actor,
            ref=parsed_path.ref,
            customer=parsed_body.customer,
            consent=_proven(parsed_body.consent),
            at=self.at,
        )
        return _visit(_found(self.actor, parsed_path.ref))


class VisitEndController(ApiController):
    """The end of a visit."""

    tags = ("Showroom",)

    @endpoint(RECORD, status=200, operation_id="endVisit")
    def post(self, parsed_path: Path[VisitPath], parsed_body: Body[VisitEnd]) -> VisitOut:
        """Note that the party left."""
        _found(self.actor, parsed_path.ref)
        left_at = _moment(parsed_body.left_at, "/left_at", self.at)
        end_visit(actor=self.actor, ref=parsed_path.ref, left_at=left_at, at=self.at)
        return _visit(_found(self.actor, parsed_path.ref))


def _wanted(actor: Actor, query: VisitQuery) -> VisitFilter:
    # Somebody nobody knows looks after no party.
    consultant = User.objects.filter(username=query.consultant).values_list("pk", flat=True).first()
    return VisitFilter(
        zone=actor.timezone,
        since=query.arrived_from and within_reason(query.arrived_from, "?arrived_from"),
        until=query.arrived_to and within_reason(query.arrived_to, "?arrived_to"),
        kind=query.kind,
        is_captured=query.captured,
        consultant_id=(consultant or 0) if query.consultant else None,
        is_first=query.first,
        dealer=query.dealer,
        region=query.region,
    )


def _found(actor: Actor, ref: str) -> ShowroomVisit:
    try:
        return get_visit(actor, ref)
    except ShowroomVisit.DoesNotExist as error:
        raise Http404 from error


def _moment(given: datetime | UnsetType, pointer: str, at: datetime) -> datetime:
    return at if given is UNSET else within_reason(given, pointer)


def _proven(consent: ConsentInput) -> ConsentInput:
    """An answer without proof was given here, in the showroom."""
    return consent if consent.proof else msgspec.structs.replace(consent, proof="showroom")


def _visit(visit: ShowroomVisit) -> VisitOut:
    return VisitOut(
        ref=visit.ref,
        dealer=visit.owner.code,
        kind=msgspec.convert(visit.kind, Kind),
        is_first_visit=visit.is_first_visit,
        is_captured=visit.customer_id is not None,
        party_size=visit.party_size,
        arrived_at=visit.arrived_at,
        left_at=visit.left_at,
        customer=PersonOut(visit.customer.ref, visit.customer.name) if visit.customer else None,
        lead=visit.lead.ref if visit.lead else "",
        model_code=visit.car_model.code if visit.car_model else "",
        consultant=visit.consultant.username if visit.consultant else "",
        note=visit.note,
    )


urls: list[URLPattern] = [
    path("visits", VisitsController.as_view(), name="visits"),
    path("visits/export", VisitExportController.as_view(), name="visits-export"),
    path("visits/<str:ref>", VisitController.as_view(), name="visit"),
    path("visits/<str:ref>/contact", VisitContactController.as_view(), name="visit-contact"),
    path("visits/<str:ref>/end", VisitEndController.as_view(), name="visit-end"),
]
