"""What a board shows: figures, a funnel, charts, rankings and leaks; ``kernel/board.html`` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.safestring import SafeString

from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, SavedView
from vinloop.kernel.web.table_rows import Column, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Direction = Literal["up", "down", "flat"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its definition. ``change`` is the difference to the period before, written out.

    ``is_better`` says whether the change is welcome; None when neither. ``note`` stands below the number: its share of
    all, for instance.
    """

    label: StrOrPromise
    value: str | SafeString
    unit: StrOrPromise = ""
    definition: StrOrPromise = ""
    change: str = ""
    direction: Direction = "flat"
    is_better: bool | None = None
    note: StrOrPromise = ""
    url: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of a funnel; ``share_of_first`` and ``share_of_previous`` between 0 and 1."""

    label: StrOrPromise
    count: int
    count_label: str
    share_of_first: float
    share_of_previous: float | None = None
    url: str = ""

    @property
    def width(self) -> int:
        """The bar's width in per cent; a stage with anything in it stays visible."""
        return max(1, round(100 * self.share_of_first)) if self.count else 0


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, as long as the chart's labels; None is a gap. A ``tone`` colours it by what it means."""

    name: StrOrPromise
    values: Sequence[float | None]
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and, below it, the same figures as a table. ``urls`` opens the list behind a label."""

    key: str
    title: StrOrPromise
    kind: Literal["bar", "stacked", "line", "funnel"]
    labels: Sequence[StrOrPromise]
    series: Sequence[Series]
    description: StrOrPromise = ""
    unit: StrOrPromise = ""
    urls: Sequence[str] = ()
    goal: float | None = None
    goal_label: StrOrPromise = ""

    @property
    def data(self) -> dict[str, object]:
        """What the browser draws from, as JSON."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "description": str(self.description),
            "unit": str(self.unit),
            "labels": [str(label) for label in self.labels],
            "series": [{"name": str(row.name), "values": list(row.values), "tone": row.tone} for row in self.series],
            "urls": list(self.urls),
            "goal": self.goal,
            "goalLabel": str(self.goal_label),
        }

    @property
    def table(self) -> list[tuple[StrOrPromise, list[float | None]]]:
        """The figures row by row, for readers who cannot see the picture."""
        columns = zip(*(row.values for row in self.series), strict=True)
        return [(label, list(values)) for label, values in zip(self.labels, columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something gets lost or late: a sentence, a count and the list behind it."""

    label: StrOrPromise
    count_label: str
    url: str
    detail: StrOrPromise = ""
    tone: Tone = "overdue"


@dataclass(frozen=True, slots=True)
class Ranking:
    """A table of regions, dealers or people, best or worst first."""

    title: StrOrPromise
    columns: Sequence[Column]
    rows: Sequence[Row]
    definition: StrOrPromise = ""
    empty: EmptyState | None = None
    exports: Sequence[ExportLink] = ()

    @property
    def table(self) -> list[tuple[Row, list[tuple[Column, object]]]]:
        """Each row with its cells paired with their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything ``kernel/board.html`` draws. ``period_label`` says which days, in whose time zone."""

    title: StrOrPromise
    subtitle: StrOrPromise = ""
    period_label: StrOrPromise = ""
    views: Sequence[SavedView] = ()
    filters: Sequence[Filter] = ()
    leaks: Sequence[Leak] = ()
    leaks_title: StrOrPromise = ""
    figures: Sequence[Figure] = ()
    funnel: Sequence[FunnelStage] = ()
    funnel_title: StrOrPromise = ""
    charts: Sequence[Chart] = ()
    rankings: Sequence[Ranking] = ()
    exports: Sequence[ExportLink] = ()
    live: str = ""
