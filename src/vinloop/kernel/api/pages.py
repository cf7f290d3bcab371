"""Lists in the API: pages with opaque cursors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from django.db.models import Model

from vinloop.kernel.paging import MOST_ROWS, Slice

T = TypeVar("T")
M = TypeVar("M", bound=Model)
_NO_FILTERS = frozenset({"cursor", "limit", "format", "q"})
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS, description="How many items to return at most")]
Cursor = Annotated[str, msgspec.Meta(description="`next` or `previous` of another page of this list")]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list.

    Send ``next`` as ``cursor`` for the following page and ``previous`` for the one before; ``null`` means there is
    none. Keep the other parameters as they were.
    """

    items: list[T]
    next: str | None = None
    previous: str | None = None


class PageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What every list takes; a list with filters subclasses it."""

    cursor: Cursor | None = None
    limit: Limit = 50


def page_of(rows: Slice[M], make: Callable[[M], T]) -> Page[T]:
    """A slice of rows as a page of what the API shows of them."""
    return Page([make(row) for row in rows.items], rows.next, rows.previous)


def filters_of(query: msgspec.Struct) -> str:
    """How a list was asked for, as an address has it: without place and format, and without what was searched for."""
    given = {name: value for name, value in msgspec.structs.asdict(query).items() if name not in _NO_FILTERS}
    return urlencode({name: value for name, value in given.items() if value not in ("", None)})
