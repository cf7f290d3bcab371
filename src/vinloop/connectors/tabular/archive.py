"""Open a workbook's archive so that nothing hidden in it can fill the memory.

Sizes in a zip directory are claims. Every part is unpacked here under a limit and packed again plainly, so the
spreadsheet reader sees only bytes that were counted. A workbook is also a grid: one filled cell in the last
corner makes readers allocate every cell before it, so the extent is measured first.
"""

import re
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from vinloop.connectors.tabular.refusal import TableRefused

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 2_000
MAX_GRID = 10_000_000

_READ_BY_US = (".xml", ".rels")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)([0-9]+)")


def repack(data: bytes) -> bytes:
    """The workbook's XML parts, uncompressed.

    Raises TableRefused: zip_bomb, too_large, damaged, not_a_table, too_sparse.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = _unpack(archive, _checked_parts(archive))
    except _UNREADABLE as error:
        raise TableRefused("damaged.archive") from error
    if "xl/workbook.xml" not in parts:
        raise TableRefused("not_a_table.archive")
    for name, content in parts.items():
        if "worksheets/" in name or b"sheetData" in content:
            _refuse_sparse(content)
    return _pack(parts)


def _checked_parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_RATIO * max(packed, 1):
        raise TableRefused("zip_bomb")
    if unpacked > MAX_UNPACKED:
        raise TableRefused("too_large.workbook", limit=MAX_UNPACKED)
    return [entry for entry in entries if entry.filename.lower().endswith(_READ_BY_US)]


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for entry in entries:
        with archive.open(entry) as stream:
            parts[entry.filename] = stream.read(entry.file_size + 1)
    return parts


def _pack(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _refuse_sparse(sheet: bytes) -> None:
    """A quick measure that counts too much, and an exact one only when that is alarming."""
    if _quick_extent(sheet) > MAX_GRID and _exact_extent(sheet) > MAX_GRID:
        raise TableRefused("too_sparse")


def _quick_extent(sheet: bytes) -> int:
    columns: set[bytes] = set()
    last_row = 0
    for found in _REFERENCE.finditer(sheet):
        letters, digits = found.groups()
        columns.add(letters)
        last_row = max(last_row, int(digits[:9]))
    return last_row * max((_column(letters) for letters in columns), default=0)


def _exact_extent(sheet: bytes) -> int:
    """Rows times columns up to the last cell with content; far cells which are only formatted do not count."""
    rows = columns = 0
    parser = etree.iterparse(BytesIO(sheet), tag="{*}c", resolve_entities=False, no_network=True, huge_tree=False)
    try:
        for _, cell in parser:
            found = re.fullmatch(r"([A-Za-z]*)([0-9]+)", str(cell.get("r", ""))) if len(cell) else None
            if found:
                rows, columns = max(rows, int(found[2][:9])), max(columns, _column(found[1].encode()))
            cell.clear()
    except etree.XMLSyntaxError as error:
        raise TableRefused("damaged.sheet") from error
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
