"""What a file becomes: headers, rows of text, and what was odd about it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from vinloop.connectors.tabular.refusal import TableRefused

MAX_COLUMNS = 1_000
LONGEST_HEADING = 200
MAX_WARNINGS = 1_000
_TITLE_ROWS = 5

WarningCode = Literal["row_too_short", "row_too_long", "digits_lost"]
NumberedRow = tuple[int, list[str]]


class TableWarning(Struct, frozen=True):
    """Something to look at before importing. ``row`` counts as the spreadsheet does, headers included.

    ``row_too_short`` and ``row_too_long`` compare with the headers; ``digits_lost`` marks a number which a
    spreadsheet rounded before we saw it.
    """

    row: int
    code: WarningCode
    column: int | None = None


class Table(Struct, frozen=True):
    """A table with one header row.

    ``headers`` are unique and not empty. ``rows`` are as wide as written, not as the headers. ``row_numbers``
    gives each row's number in the file. ``encoding`` and ``delimiter`` are None for a workbook, ``sheet`` for
    text. ``warnings`` is cut at 1,000.
    """

    headers: list[str]
    rows: list[list[str]]
    row_numbers: list[int]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheet_names: tuple[str, ...] = ()
    warnings: tuple[TableWarning, ...] = ()

    def records(self) -> Iterator[dict[str, str]]:
        """Rows as header → text: a missing cell is "", cells beyond the headers are left out."""
        width = len(self.headers)
        for row in self.rows:
            yield dict(zip(self.headers, row + [""] * (width - len(row)), strict=False))


class Shaped(Struct, frozen=True):
    """Headers and body found in a grid."""

    headers: list[str]
    rows: list[list[str]]
    row_numbers: list[int]
    warnings: list[TableWarning]


def shape(grid: Iterable[NumberedRow], *, max_rows: int) -> Shaped:
    """Find the headers and check the rows below them.

    Raises TableRefused: ``empty``, ``too_many_columns``, ``too_many_rows``.
    """
    rows = iter(grid)
    headers, held_back = find_headers(rows)
    shaped = Shaped(headers, [], [], [])
    for numbered in held_back:
        _add_row(shaped, numbered)
    for numbered in rows:
        if len(shaped.rows) >= max_rows:
            raise TableRefused("too_many_rows", limit=max_rows)
        _add_row(shaped, numbered)
    return shaped


def find_headers(rows: Iterator[NumberedRow]) -> tuple[list[str], list[NumberedRow]]:
    """The first row with several cells, so that a title above the table is not taken for it; and the rows after it
    that were read meanwhile. Raises TableRefused: ``empty``, ``too_many_columns``.
    """
    seen: list[NumberedRow] = []
    for number, row in rows:
        seen.append((number, row))
        if sum(1 for cell in row if cell.strip()) > 1 or len(seen) >= _TITLE_ROWS:
            break
    if not seen:
        raise TableRefused("empty.rows")
    several = [index for index, (_, row) in enumerate(seen) if sum(1 for cell in row if cell.strip()) > 1]
    position = several[0] if several else 0
    return _unique_headers(seen[position][1]), seen[position + 1 :]


def _unique_headers(row: list[str]) -> list[str]:
    """Clean headers; an empty one is named by its column letter, a repeated one gets a number."""
    while row and not row[-1].strip():
        row = row[:-1]
    if len(row) > MAX_COLUMNS:
        raise TableRefused("too_many_columns", limit=MAX_COLUMNS)
    seen: Counter[str] = Counter()
    headers: dict[str, None] = {}
    for index, cell in enumerate(row):
        name = heading = " ".join(cell.split())[:LONGEST_HEADING] or _column_letters(index)
        while heading in headers:
            seen[name] += 1
            heading = f"{name} ({seen[name] + 1})"
        headers[heading] = None
    return list(headers)


def _column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _add_row(shaped: Shaped, numbered: NumberedRow) -> None:
    number, row = numbered
    width = len(shaped.headers)
    if len(row) > width and not any(row[width:]):
        row = row[:width]
    if len(row) != width and len(shaped.warnings) < MAX_WARNINGS:
        shaped.warnings.append(TableWarning(number, "row_too_short" if len(row) < width else "row_too_long"))
    shaped.rows.append(row)
    shaped.row_numbers.append(number)
