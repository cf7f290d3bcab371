"""Facts for programs: followed in the order they were committed, or looked up as the audit log shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponseBase
from django.urls import URLPattern
from dmr import Query
from dmr.routing import path

from vinloop.kernel.access import Actor
from vinloop.kernel.admin.exports import export_facts
from vinloop.kernel.admin.facts import NEWEST, READ, FactFilter, find_facts
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint, file_endpoint
from vinloop.kernel.api.pages import Limit, filters_of
from vinloop.kernel.events.feed import facts_after
from vinloop.kernel.events.queries import TimelineEntry, timeline
from vinloop.kernel.models import Event
from vinloop.kernel.paging import paginate
from vinloop.kernel.web.exports import CSV


class Fact(msgspec.Struct, frozen=True):
    """Something that happened. The payload's members depend on ``kind``; it never holds personal data.

    ``title`` and ``detail`` say it in the caller's language; ``who`` is the name of the colleague who did it, empty
    for the system and for visitors.
    """

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
    title: str
    detail: str
    who: str


class FactChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Which facts; the filters of the audit log."""

    kinds: Annotated[str, msgspec.Meta(description="Only these kinds, separated by commas")] = ""
    subject: Annotated[str, msgspec.Meta(description="Only facts about this kind of thing, such as `leads.lead`")] = ""
    q: Annotated[str, msgspec.Meta(description="The ref of a thing, or the user name of who did it")] = ""
    door: Literal["", "screen", "api", "portal", "adf", "mail", "import", "job", "command"] = ""
    at_from: Annotated[date | None, msgspec.Meta(description="A day of the caller's organisation")] = None
    at_to: Annotated[date | None, msgspec.Meta(description="A day of the caller's organisation, included")] = None

    def wanted(self) -> FactFilter:
        """For the query."""
        return FactFilter(
            kinds=tuple(filter(None, self.kinds.split(","))),
            subject=self.subject,
            door=self.door,
            about=self.q.strip(),
            since=self.at_from,
            until=self.at_to,
        )


class FactQuery(FactChoice, frozen=True, kw_only=True):
    """Where to go on, and which facts."""

    after: Annotated[str, msgspec.Meta(description="`after` of the previous answer; empty: the beginning")] = ""
    order: Annotated[
        Literal["committed", "newest"], msgspec.Meta(description="`newest`: the audit log, newest first")
    ] = "committed"
    limit: Limit = 100


class Feed(msgspec.Struct, frozen=True):
    """Facts in the order they were asked for. ``after`` is always there: keep it and come back with it."""

    items: list[Fact]
    after: str
    has_more: bool


class EventsController(ApiController):
    """The facts the caller may see."""

    tags = ("Events",)

    @endpoint(READ, operation_id="listEvents")
    def get(self, parsed_query: Query[FactQuery]) -> Feed:
        """Follow what happens, or read the audit log.

        Facts about the organisations the caller sees, in the order they were committed; none is left out, however
        long its transaction took. Come back with ``after`` for the facts since. With ``order=newest`` they come as
        the audit log shows them, newest first and with those that never leave by webhook; ``after`` then goes on to
        older ones as long as ``has_more``.
        """
        return (_log if parsed_query.order == "newest" else _feed)(self.actor, parsed_query)


class EventExportController(ApiController):
    """The audit log as a file."""

    tags = ("Events",)

    @file_endpoint(READ, content_types=(CSV,), operation_id="exportEvents")
    def get(self, parsed_query: Query[FactChoice]) -> HttpResponseBase:
        """Take the audit log along.

        Needs `kernel.data:export` as well; that it was taken is recorded. Times are those of the caller's organisation.
        """
        return export_facts(self.actor, parsed_query.wanted(), filters=filters_of(parsed_query), at=self.at)


def _feed(actor: Actor, query: FactQuery) -> Feed:
    rows, after, has_more = facts_after(query.after, rows=find_facts(actor, query.wanted()), limit=query.limit)
    return Feed(_facts(rows), after, has_more)


def _log(actor: Actor, query: FactQuery) -> Feed:
    page = paginate(find_facts(actor, query.wanted()), NEWEST, cursor=query.after or None, limit=query.limit)
    return Feed(_facts(page.items), page.next or query.after, page.next is not None)


def _facts(rows: list[Event]) -> list[Fact]:
    return [_fact(row, words) for row, words in zip(rows, timeline(rows), strict=True)]


def _fact(row: Event, words: TimelineEntry) -> Fact:
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
        title=words.title,
        detail=words.detail,
        who=words.who,
    )


urls: list[URLPattern] = [
    path("events", EventsController.as_view(), name="events"),
    path("events/export", EventExportController.as_view(), name="events-export"),
]
