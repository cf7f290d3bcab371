"""Grids read row by row: CSV in any dress and size, and the sheets of a workbook."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import chain, islice

from vinloop.connectors.tabular.cells import unmarked_text
from vinloop.connectors.tabular.delimited import guess_delimiter, split_hint
from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.encodings import detect, lines_of, open_text
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import MAX_COLUMNS, NumberedRow, find_headers
from vinloop.connectors.tabular.workbook import open_sheet

MAX_WORKBOOK = 100 * 1024 * 1024
_SAMPLE = 65_536
# Read as a row of its own unless a quote before it was never closed.
_END = "\x1eend of table"

Grid = Callable[[], Iterator[NumberedRow]]


def read_text_grid(content: Content, encoding: str | None) -> RecordFile:
    """CSV and its relatives. Raises TableRefused."""
    found = detect(content, encoding)
    with open_text(content, found) as text:
        sample = text.read(_SAMPLE).removeprefix("\ufeff")
    body, hinted = split_hint(sample)
    delimiter = hinted or guess_delimiter(body)

    def grid() -> Iterator[NumberedRow]:
        return _text_rows(islice(lines_of(content, found), 1 if hinted else 0, None), delimiter)

    return _looked_through("csv", grid, encoding=found, delimiter=delimiter)


def read_workbook_grid(content: Content, sheet: str | None) -> RecordFile:
    """One sheet of a workbook. Raises TableRefused."""
    if content.size > MAX_WORKBOOK:
        raise TableRefused("too_large.workbook", limit=MAX_WORKBOOK)
    opened = open_sheet(content.whole(), sheet)
    return _looked_through("xlsx", opened.rows, sheet=opened.name, names=opened.names)


def _looked_through(
    form: str, grid: Grid, *, encoding: str = "", delimiter: str = "", sheet: str = "", names: tuple[str, ...] = ()
) -> RecordFile:
    """Read to the end once: a file that breaks off in its last row is refused before its first one is taken."""
    rows = grid()
    columns, held_back = find_headers(rows)
    total = len(held_back) + sum(1 for _ in rows)
    if not total:
        raise TableRefused("empty.rows")

    def records() -> Iterator[FileRow]:
        again = grid()
        names, first = find_headers(again)
        return (_record(names, number, cells) for number, cells in chain(first, again))

    return RecordFile(
        form=form,
        columns=columns,
        total=total,
        rows=records,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        sheet_names=names,
    )


def _record(columns: list[str], number: int, cells: list[str]) -> FileRow:
    width = len(columns)
    if len(cells) == width:
        return FileRow(number, dict(zip(columns, cells, strict=True)))
    made = dict(zip(columns, cells + [""] * (width - len(cells)), strict=False))
    beyond = {f"+{place}": cell for place, cell in enumerate(cells[width:], 1) if cell}
    if len(beyond) > MAX_COLUMNS:
        return FileRow(number, made, problem="too_many_cells")
    flags = ("row:too_long",) if beyond else ("row:too_short",) if len(cells) < width else ()
    return FileRow(number, made | beyond, flags)


def _text_rows(lines: Iterator[str], delimiter: str) -> Iterator[NumberedRow]:
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    number = 0
    try:
        for row in reader:
            number += 1
            if row and row[-1].endswith(_END):
                if row != [_END]:
                    raise TableRefused("unclosed_quote", row=number)
            elif any(map(str.strip, row)):
                yield number, [unmarked_text(cell) if cell[:1] in ("'", "=") else cell for cell in row]
    except csv.Error as error:
        code = "unclosed_quote" if "field limit" in str(error) else "damaged.row"
        raise TableRefused(code, row=number + 1) from error
