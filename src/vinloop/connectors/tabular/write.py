"""Exports that open in a spreadsheet as what they are."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vinloop.connectors.tabular.cells import Cell, read_typed_cell, safe_cell
from vinloop.connectors.tabular.refusal import TableRefused

MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
_EXACT_DIGITS = 10**15
_SHEET_EPOCH = 1900


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows, headers first, as comma-separated UTF-8 with a byte order mark, which Excel needs for Chinese."""
    buffer = StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet. Text is always written as text, never as a formula, link or number.

    Dates and times are written as such, aware times as they read in their own zone. Text beyond 32,767
    characters, Excel's limit, is cut. Raises TableRefused("too_many_rows") above 1,048,576 rows.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        formats = (
            workbook.add_format({"num_format": "yyyy-mm-dd"}),
            workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header[:MAX_CELL_CHARACTERS], workbook.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            _refuse_overflow(number)
            for column, cell in enumerate(row):
                _write_cell(sheet, (number, column), cell, formats)
    return buffer.getvalue()


def _refuse_overflow(row: int) -> None:
    if row >= MAX_SHEET_ROWS:
        raise TableRefused("too_many_rows.sheet", limit=MAX_SHEET_ROWS)


def _write_cell(sheet: Worksheet, place: tuple[int, int], cell: Cell, formats: tuple[Format, Format]) -> None:
    row, column = place
    as_date, as_time = formats
    if isinstance(cell, str) or not _has_own_type(cell):
        text = read_typed_cell(cell)[:MAX_CELL_CHARACTERS]
        if text:
            sheet.write_string(row, column, text)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), as_time)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), as_date)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, float(cell))


def _has_own_type(cell: Cell) -> bool:
    """Whether a sheet can hold the value exactly; what it cannot hold is written as text."""
    if isinstance(cell, date):
        return cell.year > _SHEET_EPOCH
    return isinstance(cell, int | float | Decimal) and -_EXACT_DIGITS < cell < _EXACT_DIGITS
