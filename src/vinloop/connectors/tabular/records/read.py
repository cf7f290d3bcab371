"""The entry: a file of records of any kind we know; its content decides, not its name."""

from __future__ import annotations

from vinloop.connectors.tabular.read import refuse_other_kinds
from vinloop.connectors.tabular.records.cards import read_cards
from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.grids import read_text_grid, read_workbook_grid
from vinloop.connectors.tabular.records.lines import read_json_lines, read_json_list
from vinloop.connectors.tabular.records.rows import RecordFile
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.kernel.charsets import mark_of, wide_encoding

_HEAD = 4096
_ZIP = b"PK"


def open_records(content: Content, *, sheet: str | None = None, encoding: str | None = None) -> RecordFile:
    """Look a file through from end to end: nothing of it needs to stay in memory.

    ``sheet`` picks a sheet of a workbook, ``encoding`` names the encoding of a text file when it is known. Raises
    TableRefused, and OSError where the file can't be read.
    """
    head = content.head(_HEAD)
    if not head.strip():
        raise TableRefused("empty")
    refuse_other_kinds(head, content.name)
    if head.startswith(_ZIP):
        return read_workbook_grid(content, sheet)
    start = _text(head).lstrip("\ufeff \t\r\n")
    if start[:11].upper() == "BEGIN:VCARD":
        return read_cards(content, encoding)
    if start.startswith("{"):
        return read_json_lines(content, encoding)
    if start.startswith("[") and start[1:].lstrip()[:1] == "{":
        return read_json_list(content, encoding)
    return read_text_grid(content, encoding)


def _text(head: bytes) -> str:
    return head.decode(mark_of(head) or wide_encoding(head) or "latin-1", "ignore").removeprefix("ï»¿")
