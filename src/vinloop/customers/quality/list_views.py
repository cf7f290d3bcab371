"""Work lists: the records behind a figure of data quality, to be mended one by one or taken along as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.customers.doubts import flags_words
from vinloop.customers.models import Customer, SourceRecord
from vinloop.customers.quality.problems import PROBLEMS, problem_words
from vinloop.customers.quality.queries import (
    ORDER,
    READ,
    Quality,
    may_list,
    read_quality,
    records_with,
)
from vinloop.customers.words import source_words
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.identifiers import mask_email, mask_phone
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.exports import EXPORT, Cell, Table, download, pages_of, record_export
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing
from vinloop.kernel.web.record import Crumb
from vinloop.kernel.web.table_rows import Column, Row

_NAME = "data-quality-records"


@screen(READ)
def quality_records(request: ActorRequest) -> HttpResponseBase:
    """The records that have a problem, as they were counted."""
    actor, address = request.actor, Address.of(request)
    problem = address.get("problem")
    if not may_list(actor, problem):
        raise Http404
    quality = read_quality(actor).narrowed(source=address.get("source"), owner=address.get("owner"))
    kind = address.get("export")
    if kind in ("csv", "xlsx"):
        return _file(actor, address, quality, "xlsx" if kind == "xlsx" else "csv")
    page = page_of(address, _records(actor, address, quality), ORDER)
    customers = _customers(page.rows)
    listing = Listing(
        key="quality-records",
        title=problem_words(problem) if problem else _("Records of sources"),
        columns=_columns(),
        rows=[_row(each, quality.sources, customers) for each in page.rows],
        address=address,
        empty=_empty(problem),
        filters=_filters(actor, address, quality),
        count=round(quality.total.get(problem or "records", 0)),
        next_url=page.next_url,
        previous_url=page.previous_url,
        exports=_exports(actor, address),
    )
    crumbs = [Crumb(_("Data quality"), reverse("customers:quality_board"))]
    return render(request, "kernel/list.html", {"listing": listing, "crumbs": crumbs})


def _empty(problem: str) -> EmptyState:
    if problem:
        return EmptyState(_("Nothing to mend here"), _("No record has this problem any more."), "circle-check")
    return EmptyState(_("No record yet"), _("Records come with the files of sources."), "database-import")


def _records(actor: Actor, address: Address, quality: Quality) -> QuerySet[SourceRecord]:
    """As they were counted: on the day of the newest count."""
    day = max((part.day for part in quality.parts), default=timezone.localdate())
    return records_with(
        actor, address.get("problem"), source=address.get("source"), owner=address.get("owner"), day=day
    )


def _customers(rows: Sequence[SourceRecord]) -> Mapping[int, tuple[str, str]]:
    """Reference and name of the customers in sight; one query."""
    found = Customer.objects.filter(pk__in={row.customer_id for row in rows if row.customer_id})
    return {pk: (ref, name) for pk, ref, name in found.values_list("pk", "ref", "name")}


def _columns() -> list[Column]:
    return [
        Column("name", _("Name")),
        Column("source", pgettext("customer data", "Source")),
        Column("branch", _("Branch")),
        Column("key", _("Key in the source")),
        Column("phone", _("Phone")),
        Column("email", _("E-mail"), is_shown=False),
        Column("vin", _("VIN")),
        Column("as_of", _("As of")),
        Column("flags", _("Remarks"), is_long=True),
        Column("customer", _("Customer")),
    ]


def _row(each: SourceRecord, sources: Mapping[str, str], customers: Mapping[int, tuple[str, str]]) -> Row:
    ref, name = customers.get(each.customer_id or 0, ("", ""))
    written = [str(cell) if cell else cells.nothing() for cell in _plain(each, sources)]
    url = reverse("customers:customer_page", args=[ref]) if ref else ""
    return Row(url, [*written, cells.two_lines(name, ref) if ref else cells.nothing()], label=written[0] or each.key)


def _record(each: SourceRecord, sources: Mapping[str, str], customers: Mapping[int, tuple[str, str]]) -> list[Cell]:
    return [*_plain(each, sources), customers.get(each.customer_id or 0, ("", ""))[0]]


def _plain(each: SourceRecord, sources: Mapping[str, str]) -> list[str]:
    """The columns but for the customer; numbers and addresses masked."""
    said: Mapping[str, Any] = each.standard or {}
    return [
        said.get("name") or "",
        sources.get(each.source) or source_words(each.source),
        each.branch,
        each.key,
        " ".join(map(mask_phone, said.get("phones", ()))),
        " ".join(map(mask_email, said.get("emails", ()))),
        said.get("vin") or "",
        said.get("as_of") or "",
        flags_words(each.flags),
    ]


def _filters(actor: Actor, address: Address, quality: Quality) -> list[Filter]:
    problems = [(each.code, each.label) for each in PROBLEMS if may_list(actor, each.code)]
    problem = address.get("problem")
    if problem and problem not in dict(problems):
        problems.append((problem, problem_words(problem)))
    owners = sorted((each.code, each.label) for each in quality.owners.values())
    chosen = [
        select_filter(address, "problem", _("Problem"), problems),
        select_filter(address, "source", pgettext("customer data", "Source"), sorted(quality.sources.items())),
    ]
    return [*chosen, select_filter(address, "owner", _("Dealer"), owners)] if len(owners) > 1 else chosen


def _exports(actor: Actor, address: Address) -> list[ExportLink]:
    if not actor.may(EXPORT):
        return []
    kinds = ((_("CSV (any program)"), "csv"), (_("Excel workbook"), "xlsx"))
    return [ExportLink(label, address.url(export=kind)) for label, kind in kinds]


def _file(actor: Actor, address: Address, quality: Quality, kind: str) -> HttpResponseBase:
    query = address.query.urlencode()[:300]
    record_export(actor, name=_NAME, file_format=kind, filters=query, at=timezone.now())

    def write(rows: Sequence[SourceRecord]) -> list[list[Cell]]:
        customers = _customers(rows)
        return [_record(each, quality.sources, customers) for each in rows]

    pages = pages_of(actor, lambda: _records(actor, address, quality), ORDER, write)
    heads = [str(column.label) for column in _columns()]
    return download(Table(_NAME, heads, pages), "xlsx" if kind == "xlsx" else "csv")
