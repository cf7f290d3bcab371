"""The table of a page: shown with links and words, downloaded with plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.insight.rules.metrics import METRICS, Counts
from vinloop.insight.views import words
from vinloop.insight.views.asked import Asked
from vinloop.kernel.identifiers.money import exponent
from vinloop.kernel.web import cells
from vinloop.kernel.web.board import Ranking
from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.exports import EXPORT, Cell, Table, download, record_export
from vinloop.kernel.web.listing import EmptyState, ExportLink
from vinloop.kernel.web.table_rows import Column, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a part and its counts. ``urls`` open the list behind a count, by its name."""

    label: str
    counts: Counts
    url: str = ""
    urls: Mapping[str, str] | None = None
    trend: Sequence[int] = ()
    currency: str = "CNY"
    tone: Tone = "neutral"
    code: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One column after the name: a declared figure by its key, or a plain count with a label."""

    key: str
    label: StrOrPromise = ""
    hint: StrOrPromise = ""
    is_money: bool = False

    @property
    def title(self) -> str:
        """The column's head."""
        return str(self.label or METRICS[self.key].label)

    @property
    def definition(self) -> StrOrPromise:
        """What it means, on hover."""
        return self.hint or (METRICS[self.key].definition if not self.label and self.key in METRICS else "")

    def shown(self, line: Line) -> str | SafeString:
        """The cell on screen."""
        text = self._text(line)
        url = (line.urls or {}).get(self.key, "")
        return cells.link(text, url) if url and text and text != "0" else text or cells.nothing()

    def plain(self, line: Line) -> Cell:
        """The cell in a file: shares as fractions of one, times in seconds, money in whole units."""
        value = line.counts.get(self.key) if self.label else METRICS[self.key].value(line.counts)
        if value is None:
            return None
        is_money = self.is_money or (not self.label and METRICS[self.key].unit == "money")
        return round(value / 10 ** exponent(line.currency), 2) if is_money else round(value, 4)

    def _text(self, line: Line) -> str:
        if not self.label:
            metric = METRICS[self.key]
            return words.value_words(metric, metric.value(line.counts), line.currency)
        value = line.counts.get(self.key)
        return words.money(value, line.currency) if self.is_money else words.number(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of figures. ``name`` is the file's name; ``head`` the heading of the first column."""

    name: str
    title: StrOrPromise
    head: StrOrPromise
    fields: Sequence[Field]
    lines: Sequence[Line]
    definition: StrOrPromise = ""
    has_trend: bool = False
    empty: StrOrPromise = ""

    def ranking(self, asked: Asked) -> Ranking:
        """As a board shows it."""
        trend = [Column("trend", _("12 weeks"), hint=_("Leads received per week"))] if self.has_trend else []
        columns = [Column(each.key, each.title, "end", hint=each.definition) for each in self.fields]
        return Ranking(
            self.title,
            [Column("name", self.head), *trend, *columns],
            [self._row(line) for line in self.lines],
            definition=self.definition,
            empty=EmptyState(str(self.empty or _("Nothing in this period")), _("Choose a longer period."), "chart-bar"),
            exports=self._exports(asked),
        )

    def _row(self, line: Line) -> Row:
        trend: list[str | SafeString] = [cells.sparkline(line.trend, _("Leads per week"))] if self.has_trend else []
        shown = [each.shown(line) for each in self.fields]
        return Row(line.url, [line.label, *trend, *shown], tone=line.tone, label=line.label)

    def _exports(self, asked: Asked) -> list[ExportLink]:
        if not asked.actor.may(EXPORT) or not self.lines:
            return []
        return [
            ExportLink(label, asked.address.url(export=kind))
            for label, kind in ((_("CSV (any program)"), "csv"), (_("Excel workbook"), "xlsx"))
        ]

    def file(self, asked: Asked, kind: str) -> HttpResponseBase:
        """As a download; asks for the permission to export and records that it was taken."""
        record_export(asked.actor, name=self.name, file_format=kind, filters=_filters(asked), at=asked.at)
        headers = [str(self.head), _("Code"), *(each.title for each in self.fields)]
        rows: list[list[Cell]] = [
            [line.label, line.code, *(each.plain(line) for each in self.fields)] for line in self.lines
        ]
        return download(Table(self.name, headers, [rows]), "xlsx" if kind == "xlsx" else "csv")


def wants_file(asked: Asked) -> str:
    """The kind of file asked for; empty when the page itself is wanted."""
    kind = asked.address.get("export")
    return kind if kind in ("csv", "xlsx") else ""


def worst_first(lines: Sequence[Line], badness: Callable[[Counts], float | None]) -> list[Line]:
    """Lines by how bad they are; those nothing can be said of come last."""
    return sorted(lines, key=lambda line: (badness(line.counts) is None, -(badness(line.counts) or 0)))


def _filters(asked: Asked) -> str:
    query = asked.address.query.copy()
    query.pop("export", None)
    return query.urlencode()[:300]
