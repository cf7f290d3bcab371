"""The kernel's own endpoints: who am I, and facts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.urls import URLPattern
from dmr import Query
from dmr.routing import path

from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.organisations import Kind
from vinloop.kernel.api.pages import Limit
from vinloop.kernel.events.feed import facts_after
from vinloop.kernel.models import Event


class Me(msgspec.Struct, frozen=True):
    """Who the caller is, where, and what they may do."""

    user_id: int | None
    name: str
    organisation_id: int
    organisation_kind: Kind
    permissions: list[str]
    language: str
    timezone: str


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
    path("events", EventsController.as_view(), name="events"),
]
