"""The list of hand-overs behind the figures of the loop and of response times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.insight.models import HandOver
from vinloop.insight.queries.hand_overs import ALL, NEWEST, STAGE_LABELS, list_hand_overs
from vinloop.insight.queries.scope import READ
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.page import crumbs
from vinloop.insight.views.tables import wants_file
from vinloop.insight.views.words import duration
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web import cells
from vinloop.kernel.web.exports import EXPORT, Cell, Table, download, pages_of, record_export
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing, Option
from vinloop.kernel.web.record import Crumb
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.leads.models import Assignment

_TONES: dict[str, cells.Tone] = {"declined": "soon", "timed_out": "overdue", "accepted": "good", "closed": "muted"}


@screen(READ)
def hand_overs(request: ActorRequest) -> HttpResponseBase:
    """Every lead handed to a dealer in the period, and what came of it there."""
    asked = Asked.of(request)
    kind = wants_file(asked)
    if kind:
        return _file(asked, kind)
    rows = list_hand_overs(asked.scope, asked.period, _stage(asked), asked.at)
    address = asked.address
    page = page_of(address, rows, NEWEST)
    listing = Listing(
        key="hand-overs",
        title=_("Hand-overs to dealers"),
        subtitle=asked.period_label,
        columns=_columns(),
        rows=[_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(_("No hand-overs in this period"), _("Choose a longer period."), "send"),
        filters=_filters(asked),
        count=rows.count(),
        next_url=page.next_url,
        previous_url=page.previous_url,
        exports=_exports(asked),
    )
    way = [*crumbs(asked), Crumb(_("Loop"), asked.page("loop"))]
    return render(request, "kernel/list.html", {"listing": listing, "crumbs": way})


def _stage(asked: Asked) -> str:
    stage = asked.address.get("stage")
    return stage if stage in STAGE_LABELS else ALL


def _columns() -> list[Column]:
    return [
        Column("lead", _("Lead")),
        Column("dealer", _("Dealer")),
        Column("dispatched", _("Dispatched")),
        Column("accepted", _("Accepted")),
        Column("contacted", _("First contact")),
        Column("response", _("Response"), "end", hint=_("Business time until the first human contact")),
        Column("outcome", _("Outcome")),
        Column("reason", _("Reason"), is_long=True),
    ]


def _row(each: Any) -> Row:
    return Row(
        _lead_url(each.lead_ref),
        [
            each.lead_ref or _("Moved on"),
            each.owner.label,
            cells.ago(each.dispatched_at),
            cells.ago(each.accepted_at),
            cells.ago(each.first_contacted_at),
            duration(each.response_seconds) or cells.nothing(),
            _outcome(each),
            each.decline_reason.label if each.decline_reason else "",
        ],
        label=each.lead_ref or "",
    )


def _outcome(each: HandOver) -> SafeString:
    return cells.badge(Assignment.Outcome(each.outcome).label, _TONES.get(each.outcome, "neutral"))


def _lead_url(ref: str | None) -> str:
    try:
        return reverse("leads:lead_page", args=[ref]) if ref else ""
    except NoReverseMatch:
        return ""


def _filters(asked: Asked) -> list[Filter]:
    stage = _stage(asked)
    label = _("What came of it")
    chip = f"{label}: {STAGE_LABELS[stage]}" if stage != ALL else ""
    options = [Option(key, words) for key, words in STAGE_LABELS.items() if key != ALL]
    chosen = stage if stage != ALL else ""
    return [Filter("stage", label, options=options, value=chosen, chip=chip, remove_url=asked.address.url(stage=None))]


def _exports(asked: Asked) -> list[ExportLink]:
    if not asked.actor.may(EXPORT):
        return []
    kinds = ((_("CSV (any program)"), "csv"), (_("Excel workbook"), "xlsx"))
    return [ExportLink(label, asked.address.url(export=kind)) for label, kind in kinds]


def _file(asked: Asked, kind: str) -> HttpResponseBase:
    query = asked.address.query.urlencode()[:300]
    record_export(asked.actor, name="hand-overs", file_format=kind, filters=query, at=asked.at)

    def write(rows: Sequence[Any]) -> list[list[Cell]]:
        return [_record(each) for each in rows]

    pages = pages_of(
        asked.actor, lambda: list_hand_overs(asked.scope, asked.period, _stage(asked), asked.at), NEWEST, write
    )
    table = Table("hand-overs", [str(column.label) for column in _columns()], pages)
    return download(table, "xlsx" if kind == "xlsx" else "csv")


def _record(each: Any) -> list[Cell]:
    return [
        each.lead_ref or "",
        each.owner.label,
        each.dispatched_at,
        each.accepted_at,
        each.first_contacted_at,
        each.response_seconds,
        str(Assignment.Outcome(each.outcome).label),
        each.decline_reason.label if each.decline_reason else "",
    ]
