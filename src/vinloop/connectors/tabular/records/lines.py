"""JSON lines, and a JSON list of objects: one object is one record, lists and inner objects become columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import msgspec

from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.encodings import detect, lines_of
from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import LONGEST_HEADING, MAX_COLUMNS

MAX_LIST = 100 * 1024 * 1024
_DEEPEST = 4
_SHOWN = 20  # cells of a record that has too many
Rows = Callable[[], Iterator[FileRow]]


def read_json_lines(content: Content, encoding: str | None) -> RecordFile:
    """One object per line. A line that is none is a row with a problem; a file without any object is refused."""
    found = detect(content, encoding)

    def rows() -> Iterator[FileRow]:
        for number, line in enumerate(lines_of(content, found), 1):
            if line.strip():
                yield _line(number, line)

    return looked_through("json", rows, found)


def read_json_list(content: Content, encoding: str | None) -> RecordFile:
    """A list of objects, which has to be read whole. Raises TableRefused: too_large, not_json."""
    if content.size > MAX_LIST:
        raise TableRefused("too_large", limit=MAX_LIST)
    found = detect(content, encoding)
    try:
        items = msgspec.json.decode("".join(lines_of(content, found)), type=list[dict[str, Any]])
    except (ValueError, RecursionError) as error:
        raise TableRefused("not_json", row=1) from error
    return looked_through("json", lambda: (object_row(n, item) for n, item in enumerate(items, 1)), found)


def object_row(number: int, item: dict[str, Any]) -> FileRow:
    """One decoded object as a row."""
    cells = Cells()
    _flatten(cells, "", item, 0)
    return cells.row(number)


class Cells:
    """The cells of one record while it is read: a name that comes again gets a number, as a repeated heading does.

    A record is data of strangers: one with a million phone numbers is refused and not kept in memory.
    """

    __slots__ = ("_has_too_many", "_places", "made")

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._has_too_many = False

    def put(self, name: str, text: str) -> None:
        """Keep a value."""
        name = " ".join(name.replace("\0", "").split())[:LONGEST_HEADING]
        if not text and name in self.made:
            return
        place = self._places.get(name, 1)
        key = name if place == 1 else f"{name} ({place})"
        while self.made.get(key):
            place += 1
            key = f"{name} ({place})"
        if len(self.made) >= MAX_COLUMNS and key not in self.made:
            self._has_too_many = True
        else:
            self.made[key], self._places[name] = text, place

    def row(self, number: int, problem: str = "") -> FileRow:
        """The whole record; of one that is refused for its size, the beginning."""
        if self._has_too_many:
            return FileRow(number, dict(islice(self.made.items(), _SHOWN)), problem="too_many_cells")
        return FileRow(number, self.made, problem=problem)


def looked_through(form: str, rows: Rows, encoding: str, hints: dict[str, str] | None = None) -> RecordFile:
    """Read once for the columns, which only all rows together tell."""
    columns: dict[str, None] = {}
    total = good = 0
    for row in rows():
        total += 1
        good += not row.problem
        columns.update(dict.fromkeys(row.cells))
        if len(columns) > MAX_COLUMNS:
            raise TableRefused("too_many_columns", limit=MAX_COLUMNS)
    if not good or not columns:
        raise TableRefused("not_json", row=1) if total and form == "json" else TableRefused("empty.rows")
    return RecordFile(form=form, columns=list(columns), total=total, rows=rows, encoding=encoding, hints=hints or {})


def _line(number: int, line: str) -> FileRow:
    try:
        return object_row(number, msgspec.json.decode(line, type=dict[str, Any]))
    except (ValueError, RecursionError):
        return FileRow(number, {"line": line.strip()[:200]}, problem="not_json")


def _flatten(cells: Cells, name: str, value: Any, depth: int) -> None:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            _flatten(cells, f"{name}.{key}" if name else str(key), inner, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            _flatten(cells, name, inner, depth + 1)
    else:
        cells.put(name, _text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode()
