"""The search over everything, for programs: what the search bar finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from django.urls import URLPattern
from dmr import Query
from dmr.routing import path

from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.web.finding import Section, look_up
from vinloop.kernel.web.plain import plain_text
from vinloop.kernel.web.table_rows import Column, Row

_WANTED = "Name (Chinese, pinyin), phone tail, VIN or its tail, plate, or a ref"


class SearchQuery(msgspec.Struct, frozen=True):
    """What to look for."""

    q: Annotated[str, msgspec.Meta(description=_WANTED)] = ""


class SearchHit(msgspec.Struct, frozen=True):
    """A thing that was found. ``ref`` names it in its own endpoints; ``page`` is where the screen shows it.

    ``words`` is what the search page says of it, by column and in the caller's language; numbers are masked.
    """

    ref: str
    label: str
    page: str
    words: dict[str, str]


class SearchSection(msgspec.Struct, frozen=True):
    """What one room found: the first ten, and whether there are more. ``key``: customers, leads, vehicles, orders."""

    key: str
    title: str
    items: list[SearchHit]
    has_more: bool


class SearchResult(msgspec.Struct, frozen=True):
    """What was found, room by room; ``exact`` is set when the text names one thing alone: a ref or a VIN."""

    sections: list[SearchSection]
    exact: SearchHit | None


class SearchController(ApiController):
    """The search over everything."""

    tags = ("Search",)

    @endpoint(None, operation_id="search")
    def get(self, parsed_query: Query[SearchQuery]) -> SearchResult:
        """Find customers, leads, cars and orders.

        Only rooms the caller may read are asked, and only what the caller sees is found.
        """
        found = look_up(self.actor, parsed_query.q)
        exact = next((_exact(each) for each in found if each.found.jump_url), None)
        return SearchResult([_section(each) for each in found if each.found.rows], exact)


def _section(section: Section) -> SearchSection:
    finder, found = section.finder, section.found
    hits = [_hit(finder.columns, row) for row in found.rows]
    return SearchSection(finder.key, str(finder.title), hits, bool(found.more_url))


def _exact(section: Section) -> SearchHit | None:
    rows = (row for row in section.found.rows if row.url == section.found.jump_url)
    return next((_hit(section.finder.columns, row) for row in rows), None)


def _hit(columns: Sequence[Column], row: Row) -> SearchHit:
    words = {column.key: plain_text(cell) for column, cell in zip(columns, row.cells, strict=True)}
    return SearchHit(row.ref, str(row.label), row.url, words)


urls: list[URLPattern] = [
    path("search", SearchController.as_view(), name="search"),
]
