"""The board of data quality: every figure opens the records it counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.customers.doubts import flag_words
from vinloop.customers.quality.problems import BY_PROBLEM, FLAG, PROBLEMS
from vinloop.customers.quality.queries import (
    READ,
    Counts,
    Part,
    Quality,
    added,
    burden,
    may_list,
    per_customer,
    read_quality,
    read_trend,
    share,
)
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web import cells, times
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.board import Board, Chart, Figure, Ranking, Series
from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.exports import EXPORT, Cell, Table, download, record_export
from vinloop.kernel.web.list_pages import select_filter
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter
from vinloop.kernel.web.table_rows import Column, Row

_COLUMNS = ("no_reach", "no_name", "no_address", "no_id", "no_vin", "flagged", "duplicate", "old_12", "old_24")
_MOST_FLAGS = 8
_MOST_ROWS = 50
_TREND: Mapping[str, Tone] = {"no_reach": "soon", "flagged": "accent", "duplicate": "info", "old_24": "muted"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who reads what: the counts in sight and how they were narrowed."""

    actor: Actor
    address: Address
    source: str
    owner: str
    everything: Quality

    @property
    def quality(self) -> Quality:
        """The counts asked for."""
        return self.everything.narrowed(source=self.source, owner=self.owner)

    def records(self, problem: str = "", **more: str) -> str:
        """The list of the records a figure counted; empty where the reader may not list them."""
        if not may_list(self.actor, problem):
            return ""
        wanted = {"problem": problem, "source": self.source, "owner": self.owner, **more}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return reverse("customers:quality_records") + (f"?{query}" if query else "")


@screen(READ)
def quality_board(request: ActorRequest) -> HttpResponseBase:
    """How complete, sound, single and fresh the records are, whose they are, and how that went."""
    asked = _asked(request)
    kind = asked.address.get("export")
    if kind in ("csv", "xlsx"):
        return _file(asked, "xlsx" if kind == "xlsx" else "csv")
    quality = asked.quality
    page = Board(
        title=_("Data quality"),
        subtitle=_("Records of sources, not yet joined to customers"),
        period_label=_counted(quality),
        filters=_filters(asked),
        figures=_figures(asked, quality.total),
        charts=[*_charts(asked, quality.total), *_trend(asked)],
        rankings=_rankings(asked, quality),
    )
    return render(request, "kernel/board.html", {"board": page})


def _asked(request: ActorRequest) -> Asked:
    address = Address.of(request)
    return Asked(request.actor, address, address.get("source"), address.get("owner"), read_quality(request.actor))


def _counted(quality: Quality) -> str:
    at = quality.counted_at
    return _("Counted %(when)s") % {"when": times.exact(at)} if at else _("Not counted yet; that happens every night")


def _filters(asked: Asked) -> list[Filter]:
    sources, owners = asked.everything.sources, asked.everything.owners
    chosen = [select_filter(asked.address, "source", pgettext("customer data", "Source"), sorted(sources.items()))]
    if len(owners) > 1:
        labels = sorted((each.code, each.label) for each in owners.values())
        chosen.append(select_filter(asked.address, "owner", _("Dealer"), labels))
    return chosen


def _figures(asked: Asked, total: Counts) -> list[Figure]:
    mean = per_customer(total)
    figures = [
        Figure(_("Records"), _number(total.get("records", 0)), definition=_("All records the sources sent."),
               url=asked.records()),
        Figure(_("Records per customer"), "–" if mean is None else number_format(mean, 2),
               definition=_("How many records, over all sources, the customers of these records have on average."),
               url=asked.records()),
    ]  # fmt: skip
    for code in ("no_reach", "flagged", "duplicate", "in_review", "waiting", "old_12", "old_24"):
        if may_list(asked.actor, code):
            figures.append(_figure(asked, total, code))
    return figures


def _figure(asked: Asked, total: Counts, code: str) -> Figure:
    problem, part = BY_PROBLEM[code], share(total, code)
    return Figure(
        problem.label,
        _number(total.get(code, 0)),
        definition=problem.definition,
        note="" if part is None else _("%(share)s of the records") % {"share": _percent(part)},
        url=asked.records(code),
    )


def _charts(asked: Asked, total: Counts) -> list[Chart]:
    if not total.get("records"):
        return []
    missing = [each for each in PROBLEMS if each.kind == "complete" and each.code != "no_reach"]
    charts = [
        Chart(
            key="complete",
            title=_("What is missing"),
            description=_("Records without it, of a hundred"),
            kind="bar",
            unit="%",
            labels=[each.label for each in missing],
            series=[Series(_("Of a hundred records"), [_hundredth(total, each.code) for each in missing])],
            urls=[asked.records(each.code) for each in missing],
        )
    ]
    flags = sorted(((n, code) for code, n in total.items() if code.startswith(FLAG)), reverse=True)[:_MOST_FLAGS]
    if flags:
        charts.append(
            Chart(
                key="valid",
                title=_("What is doubtful"),
                description=_("Records with the remark; a record may have several"),
                kind="bar",
                labels=[flag_words(code.removeprefix(FLAG)) for _n, code in flags],
                series=[Series(_("Records"), [n for n, _code in flags], "soon")],
                urls=[asked.records(code) for _n, code in flags],
            )
        )
    return charts


def _trend(asked: Asked) -> list[Chart]:
    days = read_trend(asked.actor, today=timezone.localdate(), source=asked.source, owner=asked.owner)
    if len(days) < 2:
        return []
    return [
        Chart(
            key="trend",
            title=_("How it went"),
            description=_("Of a hundred records"),
            kind="line",
            unit="%",
            labels=[f"{day:%m-%d}" for day in days],
            series=[
                Series(BY_PROBLEM[code].label, [_hundredth(counts, code) for counts in days.values()], tone)
                for code, tone in _TREND.items()
            ],
        )
    ]


def _rankings(asked: Asked, quality: Quality) -> list[Ranking]:
    made = []
    if not asked.source:
        rows = _grouped(quality.parts, lambda part: part.source)
        names = {code: quality.sources.get(code, code) for code in rows}
        made.append(
            _ranking(asked, _("Sources, worst first"), pgettext("customer data", "Source"), "source", rows, names)
        )
    by_owner = _grouped(quality.parts, lambda part: _code(quality, part))
    if not asked.owner and len(by_owner) > 1:
        names = {each.code: each.label for each in quality.owners.values()}
        made.append(_ranking(asked, _("Dealers, worst first"), _("Dealer"), "owner", by_owner, names))
    return made


def _ranking(
    asked: Asked, title: str, head: str, name: str, rows: Mapping[str, Counts], names: Mapping[str, str]
) -> Ranking:
    columns = [
        Column("name", head),
        Column("records", _("Records"), "end"),
        *(Column(code, BY_PROBLEM[code].label, "end", hint=BY_PROBLEM[code].definition) for code in _COLUMNS),
    ]
    worst = sorted(rows.items(), key=lambda row: (-burden(row[1]), row[0]))[:_MOST_ROWS]
    return Ranking(
        title,
        columns,
        [_row(asked, name, code, names.get(code, code), counts) for code, counts in worst],
        definition=_(
            "By how many of these problems a record has on average: nobody to reach, no name, no address, something "
            "doubtful, duplicate, older than 24 months."
        ),
        empty=EmptyState(_("Nothing counted yet"), _("The first count is made tonight, or after an import."), "gauge"),
        exports=_exports(asked) if rows else [],
    )


def _row(asked: Asked, name: str, code: str, label: str, counts: Counts) -> Row:
    shown: list[str] = [label, cells.link(_number(counts.get("records", 0)), asked.records(**{name: code}))]
    for problem in _COLUMNS:
        part = share(counts, problem) or 0.0
        url = asked.records(problem, **{name: code})
        shown.append(cells.link(_percent(part), url) if counts.get(problem) else cells.nothing())
    return Row(asked.address.url(**{name: code, "export": None}), shown, label=label)


def _grouped(parts: Sequence[Part], key: Callable[[Part], str]) -> dict[str, Counts]:
    found: dict[str, list[Counts]] = {}
    for part in parts:
        found.setdefault(key(part), []).append(part.counts)
    return {name: added(counts) for name, counts in found.items()}


def _code(quality: Quality, part: Part) -> str:
    owner = quality.owners.get(part.owner_id)
    return owner.code if owner else ""


def _exports(asked: Asked) -> list[ExportLink]:
    if not asked.actor.may(EXPORT):
        return []
    kinds = ((_("CSV (any program)"), "csv"), (_("Excel workbook"), "xlsx"))
    return [ExportLink(label, asked.address.url(export=kind)) for label, kind in kinds]


def _file(asked: Asked, kind: str) -> HttpResponseBase:
    """Every source, dealer and branch with its counts."""
    query = asked.address.query.urlencode()[:300]
    record_export(asked.actor, name="data-quality", file_format=kind, filters=query, at=timezone.now())
    codes = [each.code for each in PROBLEMS if may_list(asked.actor, each.code)]
    heads = [
        pgettext("customer data", "Source"),
        _("Dealer"),
        _("Branch"),
        _("Day"),
        _("Records"),
        *(str(BY_PROBLEM[c].label) for c in codes),
    ]
    quality = asked.quality
    rows: list[list[Cell]] = [
        [
            quality.sources.get(part.source, part.source),
            quality.owners[part.owner_id].label if part.owner_id in quality.owners else "",
            part.branch,
            part.day,
            part.counts.get("records", 0),
            *(part.counts.get(code, 0) for code in codes),
        ]
        for part in quality.parts
    ]
    return download(Table("data-quality", heads, [rows]), "xlsx" if kind == "xlsx" else "csv")


def _number(count: float) -> str:
    return f"{round(count):,}"


def _hundredth(counts: Counts, code: str) -> float:
    return round(100 * (share(counts, code) or 0.0), 1)


def _percent(part: float) -> str:
    return f"{100 * part:.1f}%" if part < 0.1 else f"{100 * part:.0f}%"
