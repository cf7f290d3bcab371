"""What a list page shows: the view fills a Listing, ``kernel/list.html`` draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.safestring import SafeString

from vinloop.kernel.web.address import Address
from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.table_rows import Column, Row, table_rows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FilterKind = Literal["select", "text", "date", "range"]


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head with where a click on it sorts to."""

    column: Column
    url: str = ""
    direction: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A tab above the list: a set of filters somebody gave a name."""

    label: StrOrPromise
    url: str
    is_active: bool = False
    count: int | None = None
    count_is_capped: bool = False

    @property
    def count_label(self) -> str:
        """The number of rows behind the tab; empty when it was not counted."""
        return "" if self.count is None else count_label(self.count, self.count_is_capped)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select filter."""

    value: str
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. ``range`` reads ``name_from`` and ``name_to``; ``value``, ``value_to`` are set now.

    ``chip`` is what the active filter says ("Source: web form"); empty means the filter is not set.
    """

    name: str
    label: StrOrPromise
    kind: FilterKind = "select"
    options: Sequence[Option] = ()
    value: str = ""
    value_to: str = ""
    input_type: str = "date"
    chip: StrOrPromise = ""
    remove_url: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button that posts the chosen refs (``ref``, repeated) to ``url``."""

    label: StrOrPromise
    url: str
    icon: str = ""
    confirm: StrOrPromise = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class ExportLink:
    """A download of exactly what is seen."""

    label: StrOrPromise
    url: str


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What this list is for and how the first row gets here."""

    title: StrOrPromise
    text: StrOrPromise = ""
    icon: str = "inbox"
    action_label: StrOrPromise = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Everything ``kernel/list.html`` draws. ``key`` names the list in the reader's browser.

    ``live`` is an htmx trigger (``live:<event kind> from:body``) that refreshes the table in place.
    ``opens_drawer`` opens a row beside the list instead of leaving it.
    """

    key: str
    title: StrOrPromise
    columns: Sequence[Column]
    rows: Sequence[Row]
    address: Address
    empty: EmptyState
    subtitle: StrOrPromise = ""
    views: Sequence[SavedView] = ()
    filters: Sequence[Filter] = ()
    search: str | None = None
    search_hint: StrOrPromise = ""
    count: int | None = None
    count_is_capped: bool = False
    next_url: str = ""
    previous_url: str = ""
    exports: Sequence[ExportLink] = ()
    bulk_actions: Sequence[BulkAction] = ()
    sort: str = ""
    live: str = ""
    opens_drawer: bool = False

    @property
    def count_label(self) -> str:
        """``1,000+`` when counting stopped there; empty when it was not counted."""
        return "" if self.count is None else count_label(self.count, self.count_is_capped)

    @property
    def active_filters(self) -> list[Filter]:
        """The filters to show as chips."""
        return [entry for entry in self.filters if entry.chip]

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter hides rows: an empty result then needs another word."""
        return bool(self.search or self.active_filters)

    @property
    def clear_url(self) -> str:
        """The list without search and filters."""
        return self.address.url(**dict.fromkeys(self._filter_names()), q=None)

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        """Query parameters which the filter form must carry along: view and sort."""
        dropped = {*self._filter_names(), "q", "after", "before"}
        kept = [(name, values) for name, values in self.address.query.lists() if name not in dropped]
        return [(name, value) for name, values in kept for value in values]

    @property
    def headers(self) -> Iterator[Header]:
        """The column heads; the sorted one turns around, another one starts ascending."""
        for column in self.columns:
            yield self._header(column) if column.sortable else Header(column)

    @property
    def body(self) -> SafeString:
        """The rows as HTML."""
        return table_rows(self.columns, self.rows, is_picked=bool(self.bulk_actions))

    def _header(self, column: Column) -> Header:
        if self.sort == column.key:
            return Header(column, self.address.url(sort=f"-{column.key}"), "ascending")
        direction: Literal["", "descending"] = "descending" if self.sort == f"-{column.key}" else ""
        return Header(column, self.address.url(sort=column.key), direction)

    def _filter_names(self) -> list[str]:
        names = []
        for entry in self.filters:
            is_range = entry.kind == "range"
            names += [f"{entry.name}_from", f"{entry.name}_to"] if is_range else [entry.name]
        return names


def count_label(count: int, is_capped: bool) -> str:
    """A count for people, with thousands separated; ``+`` when counting stopped early to stay fast."""
    return f"{count:,}{'+' if is_capped else ''}"
