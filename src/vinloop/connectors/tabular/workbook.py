"""Excel workbooks (.xlsx), read by calamine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from vinloop.connectors.tabular.archive import repack
from vinloop.connectors.tabular.cells import read_record_cell, read_typed_cell, typed_digits_lost
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import MAX_WARNINGS, NumberedRow, Table, TableWarning, shape


def read_workbook(data: bytes, *, sheet: str | None, max_rows: int) -> Table:
    """Read one sheet: the named one, or the first visible one with content.

    Raises TableRefused: no_such_sheet, those of ``repack`` and of ``shape``.
    """
    content = repack(data)
    with _panics_refused():
        return _read(content, sheet, max_rows)


class OpenedSheet(NamedTuple):
    """A sheet whose rows can be read again and again."""

    name: str
    names: tuple[str, ...]
    rows: Callable[[], Iterator[NumberedRow]]


def open_sheet(data: bytes, sheet: str | None) -> OpenedSheet:
    """One sheet as ``read_workbook`` chooses it, its rows handed out one by one. Raises TableRefused."""
    with _panics_refused():
        workbook = CalamineWorkbook.from_filelike(BytesIO(repack(data)))
        chosen = _choose(workbook, sheet)
        return OpenedSheet(chosen.name, tuple(workbook.sheet_names), lambda: _record_rows(chosen))


@contextmanager
def _panics_refused() -> Iterator[None]:
    """A panic inside the Rust reader arrives as a direct child of BaseException."""
    try:
        yield
    except (TableRefused, MemoryError):
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise TableRefused("damaged.workbook") from error


def _read(content: bytes, wanted: str | None, max_rows: int) -> Table:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheet = _choose(workbook, wanted)
    warnings: list[TableWarning] = []
    shaped = shape(_rows(sheet, warnings), max_rows=max_rows)
    return Table(
        headers=shaped.headers,
        rows=shaped.rows,
        row_numbers=shaped.row_numbers,
        sheet=sheet.name,
        sheet_names=tuple(workbook.sheet_names),
        warnings=tuple([*shaped.warnings, *warnings][:MAX_WARNINGS]),
    )


def _choose(workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    if wanted is not None and wanted not in workbook.sheet_names:
        raise TableRefused("no_such_sheet")
    if wanted is not None:
        return workbook.get_sheet_by_name(wanted)
    for described in workbook.sheets_metadata:
        if described.visible == SheetVisibleEnum.Visible:
            sheet = _filled(workbook, described.name)
            if sheet:
                return sheet
    raise TableRefused("empty.sheets")


def _filled(workbook: CalamineWorkbook, name: str) -> CalamineSheet | None:
    """The sheet if it has cells; a chart sheet cannot be read as a grid at all."""
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError:
        return None
    return sheet if sheet.end else None


def _record_rows(sheet: CalamineSheet) -> Iterator[NumberedRow]:
    first = (sheet.start or (0, 0))[0] + 1
    with _panics_refused():
        rows = sheet.to_python(skip_empty_area=True)
    for number, row in enumerate(rows, first):
        cells = [value if isinstance(value, str) else read_record_cell(value) for value in row]
        if any(map(str.strip, cells)):
            yield number, cells


def _rows(sheet: CalamineSheet, warnings: list[TableWarning]) -> Iterator[NumberedRow]:
    first = (sheet.start or (0, 0))[0] + 1
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), first):
        cells = [read_typed_cell(value) for value in row]
        lost = [column for column, value in enumerate(row, 1) if typed_digits_lost(value)]
        if len(warnings) < MAX_WARNINGS:
            warnings.extend(TableWarning(number, "digits_lost", column) for column in lost)
        if "".join(cells).strip():
            yield number, cells
