"""What every list reads from its address: the page it is at, and filters that choose one value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db.models import Model, QuerySet

from vinloop.kernel.paging import CursorInvalid, paginate
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import Filter, Option

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
_ROWS = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows with the addresses of the pages before and after."""

    rows: list[M]
    next_url: str
    previous_url: str


def page_of(address: Address, queryset: QuerySet[M], order: Sequence[str]) -> Page[M]:
    """The page the address asks for; the first one when the place in it is none of ours."""
    cursor = address.get("after") or address.get("before") or None
    try:
        found = paginate(queryset, order, cursor=cursor, limit=_ROWS)
    except CursorInvalid:
        found = paginate(queryset, order, limit=_ROWS)
    return Page(
        found.items,
        next_url=address.url(after=found.next, before=None) if found.next else "",
        previous_url=address.url(before=found.previous, after=None) if found.previous else "",
    )


def select_filter(
    address: Address, name: str, label: StrOrPromise, options: Iterable[tuple[str, StrOrPromise]]
) -> Filter:
    """A filter that chooses one value; what is no choice is no filter."""
    choices = [Option(value, text) for value, text in options]
    value = address.get(name)
    chosen = next((option for option in choices if option.value == value), None)
    return Filter(
        name,
        label,
        options=choices,
        value=value if chosen else "",
        chip=f"{label}: {chosen.label}" if chosen else "",
        remove_url=address.url(**{name: None}),
    )
