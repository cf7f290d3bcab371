"""Downloads of what a list shows: the same rows, streamed, and harmless when a spreadsheet opens them.

Rows are read page by page, each page in a transaction of its own with the actor's scope in force, so that a long
download holds neither a connection nor a snapshot while the reader's line is slow.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Literal, TypeVar
from zoneinfo import ZoneInfo

import xlsxwriter
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from vinloop.kernel.access import Actor, acting
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.paging import MOST_ROWS, paginate
from vinloop.kernel.spreadsheets import safe_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Format = Literal["csv", "xlsx"]
EXPORT = "kernel.data:export"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 200_000  # a sheet holds a million; a person reads none of them
M = TypeVar("M", bound=Model)
Cell = str | int | float | date | datetime | None
Record = Sequence[Cell]

_CELL_CHARACTERS = 32_767


class ListExported(Fact, frozen=True, kw_only=True):
    """Somebody took a list out of the house. ``filters`` is the address of the list without what was searched for."""

    kind = "kernel.ListExported"
    title = _("List exported: %(name)s (%(format)s)")
    icon = "download"
    is_public = False
    name: str
    format: str
    filters: str = ""


_names: dict[str, StrOrPromise] = {}


def name_exports(names: Mapping[str, StrOrPromise]) -> None:
    """Say what lists are called whose downloads are recorded; called by a module's ``apps.py``."""
    _names.update(names)


def export_words(name: str) -> str:
    """A recorded list in the reader's language. ``board-EAST`` is the list ``board`` of EAST."""
    if name in _names:
        return str(_names[name])
    kind, _dash, rest = name.partition("-")
    return f"{_names[kind]} {rest}" if kind in _names else name


@dataclass(frozen=True, slots=True)
class Table:
    """What a download holds. ``pages`` answers the rows page by page and opens its own scope for each."""

    name: str
    headers: Sequence[StrOrPromise]
    pages: Iterable[Sequence[Record]]


def pages_of(
    actor: Actor,
    rows: Callable[[], QuerySet[M]],
    order: Sequence[str],
    write: Callable[[Sequence[M]], Sequence[Record]],
) -> Iterator[Sequence[Record]]:
    """The rows of a list as records, 200 at a time, each page read and written out within the actor's scope.

    The file is sent after the request's own scope and language have ended, so they are taken along. Times are those
    of the organisation the actor acts in.
    """
    language, zone = get_language() or "en", ZoneInfo(actor.timezone)

    def read(cursor: str | None) -> tuple[Sequence[Record], str | None]:
        with translation.override(language), timezone.override(zone), acting(actor):
            found = paginate(rows(), order, cursor=cursor, limit=MOST_ROWS)
            return [_local(each, zone) for each in write(found.items)], found.next

    return _chain(read)


def _chain(read: Callable[[str | None], tuple[Sequence[Record], str | None]]) -> Iterator[Sequence[Record]]:
    cursor: str | None = None
    for _page in range(MOST_EXPORTED // MOST_ROWS):
        records, cursor = read(cursor)
        yield records
        if cursor is None:
            return


def _local(each: Record, zone: ZoneInfo) -> Record:
    """Cells as they read: times in the zone, words that wait for a language in the one in force."""
    return [_settled(cell, zone) for cell in each]


def _settled(cell: Cell | Promise, zone: ZoneInfo) -> Cell:
    if isinstance(cell, datetime):
        return cell.astimezone(zone)
    return str(cell) if isinstance(cell, Promise) else cell


def record_export(actor: Actor, *, name: str, file_format: str, filters: str, at: datetime) -> None:
    """Keep that a list was taken out; asks for the permission to export."""
    actor.require(EXPORT)
    subject = Subject("kernel.organisation", actor.organisation_id, actor.organisation_id)
    record(ListExported(name=name, format=file_format, filters=filters), actor=actor, subject=subject, at=at)


def download(table: Table, file_format: Format) -> HttpResponseBase:
    """The table as a file to keep; its heads are in the language of the moment, however late the file is sent."""
    table = replace(table, headers=[str(header) for header in table.headers])
    filename = f"{table.name}-{timezone.localtime():%Y%m%d-%H%M}.{file_format}"
    if file_format == "xlsx":
        return FileResponse(_workbook(table), as_attachment=True, filename=filename)
    response = StreamingHttpResponse(_csv(table), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _csv(table: Table) -> Iterator[bytes]:
    """UTF-8 with the byte order mark which Excel needs for Chinese."""
    yield b"\xef\xbb\xbf" + _lines([[str(header) for header in table.headers]])
    for page in table.pages:
        yield _lines(page)


def _lines(records: Iterable[Record]) -> bytes:
    buffer = StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([_csv_cell(cell) for cell in each] for each in records)
    return buffer.getvalue().encode()


def _csv_cell(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        # With its offset: a file outlives the knowledge of whose clock it was.
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else safe_text(cell) if isinstance(cell, str) else cell


def _workbook(table: Table) -> IO[bytes]:
    """Written to a file row by row, so that memory does not grow with the rows; text is never a formula there."""
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True}) as book:
            _fill(book, table)
        file.seek(0)
        stack.pop_all()
        return file


def _fill(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet()
    day, moment = (book.add_format({"num_format": mask}) for mask in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    bold = book.add_format({"bold": True})
    for column, header in enumerate(table.headers):
        sheet.write_string(0, column, str(header), bold)
    sheet.freeze_panes(1, 0)
    rows = (each for page in table.pages for each in page)
    for number, each in enumerate(rows, 1):
        for column, cell in enumerate(each):
            _write(sheet, number, column, cell, moment if isinstance(cell, datetime) else day)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, mask: CellFormat) -> None:
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
        sheet.write_datetime(row, column, moment, mask)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell[:_CELL_CHARACTERS])
