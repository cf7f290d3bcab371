"""The kernel's own endpoints: who am I, organisations, facts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.urls import URLPattern
from dmr import Query
from dmr.routing import path

from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Limit, Page, PageQuery, page_of
from vinloop.kernel.events.feed import facts_after
from vinloop.kernel.models import Event, Organisation
from vinloop.kernel.paging import paginate

Kind = Literal["manufacturer", "region", "dealer", "service_station", "partner"]


class Me(msgspec.Struct, frozen=True):
    """Who the caller is, where, and what they may do."""

    user_id: int | None
    name: str
    organisation_id: int
    organisation_kind: Kind
    permissions: list[str]
    language: str
    timezone: str


class OrganisationOut(msgspec.Struct, frozen=True):
    """One organisation of the tree."""

    id: int
    kind: Kind
    code: str
    name: str
    name_en: str
    parent_id: int | None
    timezone: str
    is_active: bool


class OrganisationQuery(PageQuery, frozen=True, kw_only=True):
    """Which organisations to list."""

    kind: Kind | None = None


class Fact(msgspec.Struct, frozen=True):
    """Something that happened. The payload's members depend on ``kind``; it never holds personal data."""

    id: int
    at: datetime
    kind: str
    version: int
    organisation_id: int
    user_id: int | None
    door: str
    subject_kind: str
    subject_ref: str
    payload: dict[str, Any]


class FactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go on, and which facts."""

    after: Annotated[str, msgspec.Meta(description="`after` of the previous answer; empty: the beginning")] = ""
    kinds: Annotated[str, msgspec.Meta(description="Only these kinds, separated by commas")] = ""
    limit: Limit = 100


class Feed(msgspec.Struct, frozen=True):
    """Facts in the order they were committed. ``after`` is always there: keep it and come back with it."""

    items: list[Fact]
    after: str
    has_more: bool


class MeController(ApiController):
    """The caller."""

    tags = ("Account",)

    @endpoint(None, operation_id="getMe")
    def get(self) -> Me:
        """Who am I?

        The person or program behind the token, the organisation it acts in and what it may do there.
        """
        actor = self.actor
        return Me(
            user_id=actor.user_id,
            name=actor.name,
            organisation_id=actor.organisation_id,
            organisation_kind=msgspec.convert(actor.organisation_kind, Kind),
            permissions=sorted(actor.permissions),
            language=actor.language,
            timezone=actor.timezone,
        )


class OrganisationsController(ApiController):
    """The organisations the caller sees."""

    tags = ("Organisations",)

    @endpoint("kernel.organisation:read", operation_id="listOrganisations")
    def get(self, parsed_query: Query[OrganisationQuery]) -> Page[OrganisationOut]:
        """List organisations.

        The manufacturer, its regions, dealers, service stations and partners, as far as the caller sees them.
        """
        rows = Organisation.objects.all()
        if self.actor.organisation_ids is not None:
            rows = rows.filter(pk__in=self.actor.organisation_ids)
        if parsed_query.kind:
            rows = rows.filter(kind=parsed_query.kind)
        return page_of(paginate(rows, ("id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _organisation)


class EventsController(ApiController):
    """The facts the caller may see."""

    tags = ("Events",)

    @endpoint("kernel.event:read", operation_id="listEvents")
    def get(self, parsed_query: Query[FactQuery]) -> Feed:
        """Follow what happens.

        Facts about the organisations the caller sees, in the order they were committed; none is left out, however
        long its transaction took. Come back with ``after`` for the facts since.
        """
        kinds = tuple(filter(None, parsed_query.kinds.split(",")))
        rows, after, has_more = facts_after(parsed_query.after, kinds=kinds, limit=parsed_query.limit)
        return Feed([_fact(row) for row in rows], after, has_more)


def _organisation(row: Organisation) -> OrganisationOut:
    return OrganisationOut(
        id=row.pk,
        kind=msgspec.convert(row.kind, Kind),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        parent_id=row.parent_id,
        timezone=row.timezone,
        is_active=row.is_active,
    )


def _fact(row: Event) -> Fact:
    return Fact(
        id=row.pk,
        at=row.at,
        kind=row.kind,
        version=row.version,
        organisation_id=row.organisation_id,
        user_id=row.user_id,
        door=row.door,
        subject_kind=row.subject_kind,
        subject_ref=row.subject_ref,
        payload=row.payload,
    )


urls: list[URLPattern] = [
    path("me", MeController.as_view(), name="me"),
    path("organisations", OrganisationsController.as_view(), name="organisations"),
    path("events", EventsController.as_view(), name="events"),
]
