"""Sources and their files in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.connectors.tabular.records.jobs import run_records
from vinloop.connectors.tabular.records.lines import object_row
from vinloop.connectors.tabular.records.plans import TELLING, RecordPlan, proposed_mapping
from vinloop.connectors.tabular.records.queries import flag_counts, record_count, runs, sources
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.records.taking import sorted_out
from vinloop.connectors.tabular.records.uploads import begin, file_of, keep_file, refused_rows, resume
from vinloop.connectors.tabular.records.words import problem_words
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.customers.actions.receive import receive_records
from vinloop.customers.actions.runs import CHUNK, stop_run
from vinloop.customers.actions.sources import IMPORT, MANAGE, SourceTerms, register_source, require_open
from vinloop.customers.jobs import resolve_new
from vinloop.customers.models import ImportRun, Source
from vinloop.kernel.api import ApiController, KeptProblemError, Page, PageQuery, endpoint, page_of
from vinloop.kernel.api.problems import FieldProblem, ProblemError, invalid, make_problem
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.models import Organisation, ReceivedDocument
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused

READ = "customers.source:read"
_MOST_REFUSED = 1_000


class RegisteredSource(msgspec.Struct, frozen=True):
    """A system that keeps customers. ``mapping`` is column → field; ``trust`` 0-100 decides between sources."""

    code: str
    name: str
    kind: str
    owner: str
    trust: int
    country: str
    is_active: bool
    mapping: dict[str, str]


class SourceFound(msgspec.Struct, frozen=True):
    """A source with what it brought: how many records, and what is doubtful in them (``field:code`` → how often)."""

    source: RegisteredSource
    records: int
    flags: dict[str, int]


class SourceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is agreed about a source. ``owner`` is the code of the organisation it belongs to."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    owner: str
    kind: str = "other"
    trust: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "CN"
    is_active: bool = True
    mapping: dict[str, str] = {}


class RecordImport(msgspec.Struct, frozen=True):
    """A file on its way in. ``state``: waiting, running, done, failed.

    ``flags``: what was doubtful → how often; ``refusals``: why rows can't be taken → how often.
    """

    ref: str
    source: str
    filename: str
    state: str
    problem: str
    is_dry: bool
    rows_done: int
    rows_total: int | None
    added: int
    changed: int
    unchanged: int
    refused: int
    flagged: int
    flags: dict[str, int]
    refusals: dict[str, int]
    started_at: datetime
    ended_at: datetime | None


class RefusedRecord(msgspec.Struct, frozen=True):
    """A row that can't be taken. ``row`` counts as the file does, ``reason`` is stable, ``detail`` for people."""

    row: int
    reason: str
    detail: str
    cells: dict[str, str]


class RecordsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a source, at most 1,000: column → value. Without ``mapping`` the source's own, or the names, tell."""

    rows: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=CHUNK)]
    mapping: dict[str, str] = {}
    dry_run: bool = False


class RecordsTaken(msgspec.Struct, frozen=True):
    """What became of the rows; ``flags``: what was doubtful → how often."""

    added: int
    changed: int
    unchanged: int
    flagged: int
    flags: dict[str, int]
    refused: list[RefusedRecord]


class FileQuery(msgspec.Struct, frozen=True):
    """How the file sent as the body is to be read."""

    filename: str = "records.csv"
    sheet: str | None = None
    encoding: str | None = None
    dry_run: bool = False
    mapping: Annotated[
        str,
        msgspec.Meta(description="JSON object: column → field. Empty: the source's saved one, or the headings tell"),
    ] = ""


class SourcePath(msgspec.Struct, frozen=True):
    """Which source."""

    code: str


class RunPath(msgspec.Struct, frozen=True):
    """Which run."""

    ref: str


class SourcesController(ApiController):
    """Sources."""

    tags = ("Sources",)

    @endpoint(READ, operation_id="listSources")
    def get(self, parsed_query: Query[PageQuery]) -> Page[RegisteredSource]:
        """List the systems that keep customers, by code."""
        rows = paginate(sources(), ("code", "id"), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(rows, _source_out)


class SourceController(ApiController):
    """One source."""

    tags = ("Sources",)

    @endpoint(READ, operation_id="getSource")
    def get(self, parsed_path: Path[SourcePath]) -> SourceFound:
        """Show a source, how many records it brought and what is doubtful in them."""
        source = _source(parsed_path.code)
        return SourceFound(_source_out(source), record_count(source), dict(flag_counts(source)))

    @endpoint(MANAGE, operation_id="registerSource")
    def put(self, parsed_path: Path[SourcePath], parsed_body: Body[SourceIn]) -> RegisteredSource:
        """Register a source, or change what is agreed about it. Its owner never changes."""
        owner = Organisation.objects.filter(code=parsed_body.owner).first()
        if owner is None:
            raise Refused("owner", _("There is no such organisation."), "owner")
        given = msgspec.structs.asdict(parsed_body)
        terms = SourceTerms(**{name: value for name, value in given.items() if name != "owner"})
        register_source(actor=self.actor, code=parsed_path.code, owner=owner, terms=terms, at=self.at)
        return _source_out(_source(parsed_path.code))


class RecordsController(ApiController):
    """Records of a source."""

    tags = ("Sources",)

    @endpoint(IMPORT, status=200, operation_id="sendRecords")
    def post(self, parsed_path: Path[SourcePath], parsed_body: Body[RecordsIn]) -> RecordsTaken:
        """Send rows of a source.

        A key that is known updates its record; the same row again changes nothing. Rows that can't be taken are named
        in the answer, the others are taken. They are brought to their customers soon after.
        """
        source = _source(parsed_path.code)
        require_open(source)
        rows = [object_row(number, item) for number, item in enumerate(parsed_body.rows, 1)]
        columns = list(dict.fromkeys(column for row in rows for column in row.cells))
        file = RecordFile(form="json", columns=columns, total=len(rows), rows=lambda: iter(rows))
        mapping = parsed_body.mapping or proposed_mapping(file, source)
        _require_telling(mapping)
        chunk = sorted_out(rows, mapping)
        got = receive_records(
            actor=self.actor, source=source, rows=chunk.incoming, at=self.at, is_dry=parsed_body.dry_run
        )
        if not parsed_body.dry_run and (got.added or got.changed):
            resolve_new.defer()
        refused = [
            RefusedRecord(row.number, row.problem, problem_words(row.problem), row.cells) for row in chunk.refused
        ]
        return RecordsTaken(got.added, got.changed, got.unchanged, got.flagged, got.flags, refused)


class SourceImportsController(ApiController):
    """Files of a source."""

    tags = ("Sources",)

    @endpoint(IMPORT, status=202, operation_id="importRecords")
    def post(self, parsed_path: Path[SourcePath], parsed_query: Query[FileQuery]) -> RecordImport:
        """Import a file of customer records.

        Send the file itself as the body (CSV, TSV, XLSX, vCard or JSON lines), of any content type. The answer comes
        as soon as the file is kept; follow the progress at its reference.
        """
        source = _source(parsed_path.code)
        document = keep_file(
            actor=self.actor, source=source, filename=parsed_query.filename, body=self.request.body, at=self.at
        )
        if document.state == ReceivedDocument.State.QUARANTINED:
            problem = make_problem(422, "not-a-table", _("The file is no table we can read"), detail_of(document))
            raise KeptProblemError(problem, members={"quarantine": document.ref, "reason": document.reason})
        try:
            file = file_of(document, parsed_query.sheet, parsed_query.encoding)
        except TableRefused as refusal:  # it can be read, but not in this way
            raise ProblemError(invalid(FieldProblem(_asked(parsed_query), refusal.message))) from refusal
        mapping = _mapping(parsed_query.mapping) or proposed_mapping(file, source)
        plan = RecordPlan(mapping=mapping, sheet=parsed_query.sheet, encoding=parsed_query.encoding)
        is_dry = parsed_query.dry_run
        run = begin(actor=self.actor, document=document, source=source, plan=plan, is_dry=is_dry, at=self.at)
        run_records.defer(run_id=run.pk)
        return _run_out(run)

    @endpoint(READ, operation_id="listRecordImports")
    def get(self, parsed_path: Path[SourcePath], parsed_query: Query[PageQuery]) -> Page[RecordImport]:
        """List a source's files, newest first."""
        found = runs().filter(source=_source(parsed_path.code))
        return page_of(
            paginate(found, ("-started_at", "-id"), cursor=parsed_query.cursor, limit=parsed_query.limit), _run_out
        )


class SourceImportController(ApiController):
    """One file of a source."""

    tags = ("Sources",)

    @endpoint(READ, operation_id="getRecordImport")
    def get(self, parsed_path: Path[RunPath]) -> RecordImport:
        """Show how far a file is."""
        return _run_out(_run(parsed_path.ref))

    @endpoint(IMPORT, operation_id="stopRecordImport")
    def delete(self, parsed_path: Path[RunPath]) -> RecordImport:
        """Stop a file before its next chunk; what was taken in stays."""
        run = _run(parsed_path.ref, is_locked=True)
        stop_run(actor=self.actor, run=run, problem="by_hand", at=self.at)
        return _run_out(run)


class SourceResumptionController(ApiController):
    """A stopped file of a source."""

    tags = ("Sources",)

    @endpoint(IMPORT, status=200, operation_id="resumeRecordImport")
    def post(self, parsed_path: Path[RunPath]) -> RecordImport:
        """Go on with a file that was stopped, at the row where it stopped."""
        run = _run(parsed_path.ref, is_locked=True)
        resume(actor=self.actor, run=run, at=self.at)
        run_records.defer(run_id=run.pk)
        return _run_out(run)


class SourceRefusedController(ApiController):
    """Refused rows of a source's file."""

    tags = ("Sources",)

    @endpoint(IMPORT, operation_id="listRefusedRecords")
    def get(self, parsed_path: Path[RunPath]) -> list[RefusedRecord]:
        """List the rows of a file that can't be taken, with the reasons: the first 1,000."""
        found = zip(refused_rows(_run(parsed_path.ref)), range(_MOST_REFUSED), strict=False)
        return [_refused(row) for row, _place in found]


def _refused(row: FileRow) -> RefusedRecord:
    return RefusedRecord(row.number, row.problem, problem_words(row.problem), row.cells)


def _asked(query: FileQuery) -> str:
    """Which of the two decides how this file is read."""
    return "?sheet" if query.sheet else "?encoding"


def _require_telling(mapping: dict[str, str]) -> None:
    if not TELLING & set(mapping.values()):
        words = _("No column with a name, phone number, e-mail address, ID number, VIN or number plate was recognised.")
        raise Refused("no_columns", words, "mapping")


def _mapping(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str]) if text else {}
    except msgspec.DecodeError as error:
        raise ProblemError(invalid(FieldProblem("?mapping", str(error)))) from error


def _source(code: str) -> Source:
    found = Source.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _run(ref: str, *, is_locked: bool = False) -> ImportRun:
    rows = runs().select_related("source", "document")
    found = (rows.select_for_update(of=("self",)) if is_locked else rows).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def _source_out(source: Source) -> RegisteredSource:
    return RegisteredSource(
        source.code,
        source.name,
        source.kind,
        source.owner.code,
        source.trust,
        source.country,
        source.is_active,
        source.mapping,
    )


def _run_out(run: ImportRun) -> RecordImport:
    same = ("ref", "state", "problem", "is_dry", "rows_done", "rows_total", "added", "changed", "unchanged", "refused",
            "flagged", "flags", "refusals", "started_at", "ended_at")  # fmt: skip
    return RecordImport(source=run.source.code, filename=run.file_name, **{name: getattr(run, name) for name in same})


urls: list[URLPattern] = [
    path("sources", SourcesController.as_view(), name="sources"),
    path("sources/imports/<str:ref>", SourceImportController.as_view(), name="source_import"),
    path("sources/imports/<str:ref>/resumption", SourceResumptionController.as_view(), name="source_import_resumption"),
    path("sources/imports/<str:ref>/refused", SourceRefusedController.as_view(), name="source_import_refused"),
    path("sources/<str:code>", SourceController.as_view(), name="source"),
    path("sources/<str:code>/records", RecordsController.as_view(), name="source_records"),
    path("sources/<str:code>/imports", SourceImportsController.as_view(), name="source_imports"),
]
