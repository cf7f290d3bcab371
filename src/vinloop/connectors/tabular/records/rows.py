"""What a file of records is once it was looked through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row or card. ``number`` counts as the file does; ``problem`` is why it can't be taken, a code."""

    number: int
    cells: dict[str, str]
    flags: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """A file that was looked through: its columns, how many rows it has, and how to read them again from the start.

    ``form`` is csv, xlsx, vcard or json; ``hints`` say what a column of the format itself means (column → field).
    """

    form: str
    columns: list[str]
    total: int
    rows: Callable[[], Iterator[FileRow]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheet_names: tuple[str, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
