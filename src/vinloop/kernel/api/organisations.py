"""Organisations by programs: the tree as far as the caller sees it, one of them, new, changed, moved, closed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.admin import actions
from vinloop.kernel.admin.actions import OrganisationDetails
from vinloop.kernel.admin.actions.organisations import MANAGE
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.models import Calendar, Organisation
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused

READ = "kernel.organisation:read"
Kind = Literal["manufacturer", "region", "dealer", "service_station", "partner"]
Code = Annotated[str, msgspec.Meta(max_length=40, description="As your other systems call it")]
Name = Annotated[str, msgspec.Meta(max_length=200)]
ZoneName = Annotated[str, msgspec.Meta(max_length=60, description="An IANA time zone")]
CalendarId = Annotated[
    int | None, msgspec.Meta(description="`id` of opening hours; `null`: those of the organisation above")
]


class OrganisationQuery(PageQuery, frozen=True, kw_only=True):
    """Which organisations to list."""

    kind: Kind | None = None
    q: Annotated[str, msgspec.Meta(description="Part of a name or of the code")] = ""
    is_active: Annotated[bool | None, msgspec.Meta(description="`false`: only closed ones")] = None


class OrganisationPath(msgspec.Struct, frozen=True):
    """Which organisation."""

    organisation_id: int


class OrganisationOut(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation of the tree. ``name`` is the Chinese one."""

    id: int
    kind: Kind
    code: str
    name: str
    name_en: str
    parent_id: int | None
    timezone: str
    calendar_id: int | None
    is_active: bool


class OrganisationIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new organisation and the code of the one it belongs to."""

    kind: Literal["region", "dealer", "service_station", "partner"]
    parent: Code
    code: Code
    name: Name
    name_en: Name = ""
    timezone: ZoneName = "Asia/Shanghai"
    calendar_id: CalendarId = None

    def details(self) -> OrganisationDetails:
        """For the action."""
        return OrganisationDetails(
            code=self.code,
            name=self.name,
            name_en=self.name_en,
            timezone=self.timezone,
            calendar=_calendar(self.calendar_id),
        )


class OrganisationChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    timezone: ZoneName | UnsetType = UNSET
    calendar_id: CalendarId | UnsetType = UNSET

    def details(self, row: Organisation) -> OrganisationDetails:
        """For the action: the organisation as it is, with the changes."""
        return OrganisationDetails(
            code=row.code if self.code is UNSET else self.code,
            name=row.name if self.name is UNSET else self.name,
            name_en=row.name_en if self.name_en is UNSET else self.name_en,
            timezone=row.timezone if self.timezone is UNSET else self.timezone,
            calendar=row.calendar if self.calendar_id is UNSET else _calendar(self.calendar_id),
        )


class MoveIn(msgspec.Struct, frozen=True):
    """The code of the organisation to belong to from now on."""

    parent: Code


class OrganisationsController(ApiController):
    """The organisations the caller sees."""

    tags = ("Organisations",)

    @endpoint(READ, operation_id="listOrganisations")
    def get(self, parsed_query: Query[OrganisationQuery]) -> Page[OrganisationOut]:
        """List organisations.

        The manufacturer, its regions, dealers, service stations and partners, as far as the caller sees them.
        """
        rows = _wanted(_in_sight(self.actor), parsed_query)
        return page_of(paginate(rows, ("id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _organisation)

    @endpoint(MANAGE, operation_id="createOrganisation")
    def post(self, parsed_body: Body[OrganisationIn]) -> OrganisationOut:
        """Add an organisation below another one."""
        made = actions.create_organisation(
            actor=self.actor,
            kind=parsed_body.kind,
            parent=_place(self.actor, parsed_body.parent),
            details=parsed_body.details(),
            at=self.at,
        )
        return _organisation(made)


class OrganisationController(ApiController):
    """One organisation."""

    tags = ("Organisations",)

    @endpoint(READ, operation_id="getOrganisation")
    def get(self, parsed_path: Path[OrganisationPath]) -> OrganisationOut:
        """Read an organisation's facts."""
        return _organisation(_found(self.actor, parsed_path))

    @endpoint(MANAGE, operation_id="changeOrganisation")
    def patch(self, parsed_path: Path[OrganisationPath], parsed_body: Body[OrganisationChange]) -> OrganisationOut:
        """Change an organisation's code, names, time zone or opening hours."""
        row = _found(self.actor, parsed_path)
        details = parsed_body.details(row)
        return _organisation(
            actions.change_organisation(actor=self.actor, organisation=row, details=details, at=self.at)
        )


class MoveController(ApiController):
    """The place in the tree."""

    tags = ("Organisations",)

    @endpoint(MANAGE, status=200, operation_id="moveOrganisation")
    def post(self, parsed_path: Path[OrganisationPath], parsed_body: Body[MoveIn]) -> OrganisationOut:
        """Put an organisation, with everything below it, under another one.

        The organisations above see it from now on, the former ones no longer.
        """
        row, parent = _found(self.actor, parsed_path), _place(self.actor, parsed_body.parent)
        actions.move_organisation(actor=self.actor, organisation=row, parent=parent, at=self.at)
        return _organisation(_found(self.actor, parsed_path))


class CloseController(ApiController):
    """Closing."""

    tags = ("Organisations",)

    @endpoint(MANAGE, status=200, operation_id="closeOrganisation")
    def post(self, parsed_path: Path[OrganisationPath]) -> OrganisationOut:
        """Take an organisation out of the network; what it did stays."""
        row = _found(self.actor, parsed_path)
        actions.close_organisation(actor=self.actor, organisation=row, at=self.at)
        return _organisation(_found(self.actor, parsed_path))


class ReopenController(ApiController):
    """Opening again."""

    tags = ("Organisations",)

    @endpoint(MANAGE, status=200, operation_id="reopenOrganisation")
    def post(self, parsed_path: Path[OrganisationPath]) -> OrganisationOut:
        """Bring a closed organisation back."""
        row = _found(self.actor, parsed_path)
        actions.reopen_organisation(actor=self.actor, organisation=row, at=self.at)
        return _organisation(_found(self.actor, parsed_path))


def _in_sight(actor: Actor) -> QuerySet[Organisation]:
    rows = Organisation.objects.all()
    return rows if actor.sees_all else rows.filter(pk__in=actor.organisation_ids or ())


def _wanted(rows: QuerySet[Organisation], query: OrganisationQuery) -> QuerySet[Organisation]:
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.is_active is not None:
        rows = rows.filter(is_active=query.is_active)
    if query.q:
        text = query.q
        rows = rows.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text))
    return rows


def _found(actor: Actor, wanted: OrganisationPath) -> Organisation:
    """An organisation in sight; one outside it does not exist for the caller."""
    rows = _in_sight(actor).select_related("parent", "calendar")
    found = rows.filter(pk=wanted.organisation_id).first()
    if found is None:
        raise Http404
    return found


def _place(actor: Actor, code: str) -> Organisation:
    found = _in_sight(actor).filter(code=code).first()
    if found is None:
        raise Refused("unknown_organisation", _("There is no such organisation."), "parent")
    return found


def _calendar(calendar_id: int | None) -> Calendar | None:
    if calendar_id is None:
        return None
    found = Calendar.objects.filter(pk=calendar_id).first()
    if found is None:
        raise Refused("unknown_calendar", _("There are no such opening hours."), "calendar_id")
    return found


def _organisation(row: Organisation) -> OrganisationOut:
    return OrganisationOut(
        id=row.pk,
        kind=msgspec.convert(row.kind, Kind),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        parent_id=row.parent_id,
        timezone=row.timezone,
        calendar_id=row.calendar_id,
        is_active=row.is_active,
    )


urls: list[URLPattern] = [
    path("organisations", OrganisationsController.as_view(), name="organisations"),
    path("organisations/<int:organisation_id>", OrganisationController.as_view(), name="organisation"),
    path("organisations/<int:organisation_id>/move", MoveController.as_view(), name="organisation-move"),
    path("organisations/<int:organisation_id>/close", CloseController.as_view(), name="organisation-close"),
    path("organisations/<int:organisation_id>/reopen", ReopenController.as_view(), name="organisation-reopen"),
]
