"""CSV and its relatives: comma, semicolon, tab or bar; any Chinese encoding; quotes over several lines."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice

from vinloop.connectors.tabular.cells import digits_lost, read_text_cell
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import MAX_WARNINGS, NumberedRow, Table, TableWarning, shape
from vinloop.kernel.charsets import Decoded, decode_text

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 50
# Read as a row of its own unless a quote before it was never closed.
_END = "\x1eend of table"
_MARKED_TEXT = ("'", '="', "E+", "e+")


def read_delimited(data: bytes, *, encoding: str | None, max_rows: int) -> Table:
    """Read text. Raises TableRefused: undecodable, nul_byte, unclosed_quote, damaged and those of ``shape``."""
    decoded = _decode(data, encoding)
    text, delimiter = split_hint(decoded.text)
    delimiter = delimiter or guess_delimiter(text)
    rows = _rows(text, delimiter)
    warnings: list[TableWarning] = []
    if any(mark in text for mark in _MARKED_TEXT):
        rows = _unmarked(rows, warnings)
    shaped = shape(rows, max_rows=max_rows)
    return Table(
        headers=shaped.headers,
        rows=shaped.rows,
        row_numbers=shaped.row_numbers,
        encoding=decoded.encoding,
        delimiter=delimiter,
        warnings=tuple([*shaped.warnings, *warnings][:MAX_WARNINGS]),
    )


def _decode(data: bytes, encoding: str | None) -> Decoded:
    decoded = decode_text(data, declared=encoding, guesses=("gb18030", "big5hkscs"))
    if decoded is None:
        raise TableRefused("undecodable")
    if "\0" in decoded.text:
        raise TableRefused("nul_byte")
    return decoded


def split_hint(text: str) -> tuple[str, str | None]:
    """Take off the line ``sep=;`` by which Excel names the delimiter."""
    if text[:4].lower() != "sep=" or len(text) < 5:
        return text, None
    rest = text[5:]
    return rest.removeprefix("\r").removeprefix("\n"), text[4]


def guess_delimiter(text: str) -> str:
    """The delimiter under which most rows have the same number of columns, and then the most columns."""
    lines = list(StringIO(text[:_SAMPLE_CHARACTERS], newline=""))  # lines as the reader of CSV sees them
    if len(text) > _SAMPLE_CHARACTERS:
        lines = lines[:-1] or lines
    return max(_DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), _SAMPLE_ROWS)]
    except csv.Error:
        return 0, 0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0, 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return count / sum(1 for each in widths if each), width


def _rows(text: str, delimiter: str) -> Iterator[NumberedRow]:
    reader = csv.reader(chain(StringIO(text, newline=""), [_END]), delimiter=delimiter)
    number = 0
    try:
        for row in reader:
            number += 1
            if row and row[-1].endswith(_END):
                _refuse_open_quote(row, number)
            elif "".join(row).strip():
                yield number, row
    except csv.Error as error:
        if "field limit" in str(error):
            raise _open_quote(number + 1) from error
        raise TableRefused("damaged.row", row=number + 1) from error


def _refuse_open_quote(row: list[str], number: int) -> None:
    if row != [_END]:
        raise _open_quote(number)


def _open_quote(number: int) -> TableRefused:
    return TableRefused("unclosed_quote", row=number)


def _unmarked(rows: Iterator[NumberedRow], warnings: list[TableWarning]) -> Iterator[NumberedRow]:
    for number, row in rows:
        cells = [read_text_cell(cell) if cell else cell for cell in row]
        lost = [column for column, cell in enumerate(cells, 1) if "+" in cell and digits_lost(cell)]
        if len(warnings) < MAX_WARNINGS:
            warnings.extend(TableWarning(number, "digits_lost", column) for column in lost)
        yield number, cells
