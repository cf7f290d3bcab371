"""The entry: bytes of a table file of any supported kind."""

from vinloop.connectors.tabular.delimited import read_delimited
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import Table
from vinloop.connectors.tabular.workbook import read_workbook

MAX_ROWS = 200_000
MAX_BYTES = 50 * 1024 * 1024

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_NOT_TABLES = (b"<", b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff")


def read_table(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """Read CSV, TSV, semicolon-separated text or .xlsx; the content decides, not the name.

    ``sheet`` picks a sheet of a workbook, ``encoding`` names the encoding of a text file when it is known.
    ``filename`` only explains refusals. Every cell is text. Raises TableRefused.
    """
    if len(data) > max_bytes:
        raise TableRefused("too_large", limit=max_bytes)
    if not data.strip():
        raise TableRefused("empty")
    refuse_other_kinds(data, filename)
    if data.startswith(_ZIP):
        return read_workbook(data, sheet=sheet, max_rows=max_rows)
    return read_delimited(data, encoding=encoding, max_rows=max_rows)


def refuse_other_kinds(data: bytes, filename: str) -> None:
    """Refuse what begins like a web page, a document or a picture. Raises TableRefused: old_excel, not_a_table."""
    if data.startswith(_OLE):
        raise TableRefused("old_excel")
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(_NOT_TABLES):
        kind = filename.rpartition(".")[2].lower()[:10]
        raise TableRefused("not_a_table.kind", kind=kind) if kind else TableRefused("not_a_table")
