"""Imports in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Path, Query
from dmr.routing import path

from vinloop.connectors.tabular import actions
from vinloop.connectors.tabular.actions import IMPORT
from vinloop.connectors.tabular.importing import (
    CHANNEL,
    Progress,
    RefusedRow,
    plan_of,
    progress_of,
    refused_rows,
    table_of,
)
from vinloop.connectors.tabular.jobs import run_import
from vinloop.connectors.tabular.queries import imports, proposed_plan
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.kernel.api import ApiController, KeptProblemError, Page, PageQuery, endpoint, page_of
from vinloop.kernel.api.problems import FieldProblem, ProblemError, invalid, make_problem
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.paging import paginate

MOST_REFUSED = 1000


class ImportQuery(msgspec.Struct, frozen=True):
    """How the file sent as the body is to be read."""

    filename: str = "import.csv"
    source: str = ""
    campaign: str = ""
    brand: str = ""
    sheet: str | None = None
    encoding: str | None = None
    dry_run: bool = False
    mapping: Annotated[
        str, msgspec.Meta(description="JSON object: field → column name. Empty: recognised by the column names")
    ] = ""


class ImportOut(msgspec.Struct, frozen=True):
    """An import. ``state`` is of the file: received (waiting or running), processed, quarantined, dismissed."""

    ref: str
    filename: str
    state: str
    reason: str
    received_at: datetime
    progress: Progress | None


class ImportPath(msgspec.Struct, frozen=True):
    """Which import."""

    ref: str


class ImportsController(ApiController):
    """Imports."""

    tags = ("Imports",)

    @endpoint(IMPORT, status=202, operation_id="importLeads")
    def post(self, parsed_query: Query[ImportQuery]) -> ImportOut:
        """Import a table of leads.

        Send the CSV or XLSX file itself as the body, of any content type. The answer comes as soon as the file is
        kept; follow the progress at its reference.
        """
        document = actions.keep_table(
            actor=self.actor, filename=parsed_query.filename, body=self.request.body, at=self.at
        )
        if document.state == ReceivedDocument.State.QUARANTINED:
            problem = make_problem(422, "not-a-table", _("The file is no table we can read"), detail_of(document))
            raise KeptProblemError(problem, members={"quarantine": document.ref, "reason": document.reason})
        plan = _plan(parsed_query, table_of(document, parsed_query.sheet, parsed_query.encoding).headers)
        actions.start_import(actor=self.actor, document=document, plan=plan, at=self.at)
        run_import.defer(document_id=document.pk)
        return _import(document)

    @endpoint(IMPORT, operation_id="listImports")
    def get(self, parsed_query: Query[PageQuery]) -> Page[ImportOut]:
        """List imports, newest first."""
        rows = paginate(imports(), ("-received_at", "-id"), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(rows, _import)


class ImportController(ApiController):
    """One import."""

    tags = ("Imports",)

    @endpoint(IMPORT, operation_id="getImport")
    def get(self, parsed_path: Path[ImportPath]) -> ImportOut:
        """Show how far an import is."""
        return _import(_found(parsed_path.ref))

    @endpoint(IMPORT, operation_id="cancelImport")
    def delete(self, parsed_path: Path[ImportPath]) -> ImportOut:
        """Stop an import; what was imported stays."""
        document = _found(parsed_path.ref, is_locked=True)
        actions.cancel_import(actor=self.actor, document=document, at=self.at)
        return _import(document)


class RefusedController(ApiController):
    """Refused rows."""

    tags = ("Imports",)

    @endpoint(IMPORT, operation_id="listRefusedRows")
    def get(self, parsed_path: Path[ImportPath]) -> list[RefusedRow]:
        """List the rows that could not become leads, with the reasons: the first 1,000."""
        document = _found(parsed_path.ref)
        plan = plan_of(document)
        if plan is None:
            return []
        return [row for row, _ in zip(refused_rows(document, plan), range(MOST_REFUSED), strict=False)]


def _plan(query: ImportQuery, headers: list[str]) -> ImportPlan:
    proposed = proposed_plan(headers)
    try:
        mapping = msgspec.json.decode(query.mapping, type=dict[str, str]) if query.mapping else proposed.mapping
    except msgspec.DecodeError as error:
        raise ProblemError(invalid(FieldProblem("?mapping", str(error)))) from error
    return ImportPlan(
        mapping=mapping,
        source=query.source or proposed.source,
        campaign=query.campaign,
        brand=query.brand or proposed.brand,
        sheet=query.sheet,
        encoding=query.encoding,
        is_dry=query.dry_run,
    )


def _found(ref: str, *, is_locked: bool = False) -> ReceivedDocument:
    rows = ReceivedDocument.objects.filter(ref=ref, channel=CHANNEL)
    found = (rows.select_for_update(of=("self",)) if is_locked else rows).first()
    if found is None:
        raise Http404
    return found


def _import(document: ReceivedDocument) -> ImportOut:
    return ImportOut(
        document.ref,
        document.filename,
        document.state,
        document.reason,
        document.received_at,
        progress_of(document),
    )


urls: list[URLPattern] = [
    path("leads/imports", ImportsController.as_view(), name="imports"),
    path("leads/imports/<str:ref>", ImportController.as_view(), name="import"),
    path("leads/imports/<str:ref>/refused", RefusedController.as_view(), name="import_refused"),
]
