"""Excel workbooks: values as people see them, archives that may be hostile."""

import struct
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from vinloop.connectors.tabular import Table, TableRefused, TableWarning, archive, read_table, write_xlsx
from vinloop.connectors.tabular.cells import Cell


def workbook(*sheets: list[list[object]], hidden: int | None = None) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"remove_timezone": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for index, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"表{index + 1}")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if index == hidden:
                sheet.hide()
            else:
                sheet.activate()
    return buffer.getvalue()


def read(data: bytes, sheet: str | None = None) -> Table:
    return read_table(data, "线索.xlsx", sheet=sheet)


def refusal(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(TableRefused) as caught:
        read(data, sheet)
    return caught.value.reason_code


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A real workbook whose sheet is replaced."""
    with zipfile.ZipFile(BytesIO(workbook([["a", "b"], [1, 2]]))) as real:
        parts = {name: real.read(name) for name in real.namelist()}
    return zipped({**parts, "xl/worksheets/sheet1.xml": xml})


def sheet_xml(cells: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def test_values_as_text() -> None:
    morning = datetime.fromisoformat("2024-03-05T09:15")
    values = [13800138000, 1.5, True, date(2024, 3, 5), morning, "+8613800138000", None, 0]
    table = read(workbook([list("abcdefgh"), values]))
    shown = ["13800138000", "1.5", "TRUE", "2024-03-05", "2024-03-05T09:15:00", "+8613800138000", "", "0"]
    assert table.rows == [shown]
    assert table.sheet_names == ("表1",)
    assert not table.warnings


def test_id_number_typed_as_number_is_named() -> None:
    table = read(workbook([["a", "b"], ["x", 310101199001011234.0]]))
    assert table.warnings == (TableWarning(2, "digits_lost", 2),)


def test_row_numbers_titles_and_gaps() -> None:
    table = read(workbook([[None], ["五月线索"], ["姓名", "电话"], ["王", "1"], [None], ["李", "2"]]))
    assert table.headers == ["姓名", "电话"]
    assert table.row_numbers == [4, 6]


def test_first_visible_sheet_with_content() -> None:
    data = workbook([["secret", "x"]], [], [["姓名", "电话"], ["王", "1"]], hidden=0)
    assert read(data).sheet == "表3"
    assert read(data, "表1").headers == ["secret", "x"]
    assert refusal(data, "no such") == "no_such_sheet"
    assert refusal(workbook([])) == "empty"


def test_cut_anywhere_is_refused() -> None:
    data = workbook([["a", "b"], ["1", "2"]])
    for length in range(4, len(data) - 1, 211):
        assert refusal(data[:length]) == "damaged"


def test_flipped_bytes_never_raise_anything_else() -> None:
    data = workbook([["姓名", "电话"], ["王", "13800138000"]])
    for position in range(0, len(data), 23):
        broken = bytearray(data)
        broken[position] ^= 0xFF
        with suppress(TableRefused):
            read(bytes(broken))


def test_other_archives() -> None:
    assert refusal(zipped({"word/document.xml": b"<a/>"})) == "not_a_table"
    assert refusal(zipped({"xl/workbook.bin": b"\0"})) == "not_a_table"
    assert refusal(zipped({"xl/workbook.xml": b"<a>"})) in {"damaged", "empty"}


def test_bombs_are_not_opened() -> None:
    assert refusal(zipped({"xl/workbook.xml": b"<a/>", "xl/sharedStrings.xml": b" " * 30_000_000})) == "zip_bomb"
    assert refusal(zipped({f"xl/{n}.xml": b"" for n in range(archive.MAX_PARTS + 1)})) == "zip_bomb"


def test_directory_that_lies_about_sizes() -> None:
    data = bytearray(zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000}))
    claimed = struct.pack("<I", 30_000_000)
    position = -1
    while (position := data.find(claimed, position + 1)) >= 0:
        data[position : position + 4] = struct.pack("<I", 2_000)
    assert refusal(bytes(data)) == "damaged"


def test_far_cell_is_refused_but_far_format_is_not() -> None:
    filled = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    far = '<row r="1048576"><c r="XFD1048576"{}</row>'
    assert refusal(with_sheet(sheet_xml(filled + far.format("><v>1</v></c>")))) == "too_sparse"
    assert read(with_sheet(sheet_xml(filled + far.format(' s="0"/>')))).headers == ["1", "2"]


def test_entities_in_a_sheet_expand_to_nothing() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]>'
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row>'
    data = with_sheet(sheet_xml(cells).replace(b"<worksheet", bomb.encode() + b"<worksheet"))
    with suppress(TableRefused):
        assert "lol" not in "".join(read(data).headers)


def test_export_is_read_back() -> None:
    rows: list[list[Cell]] = [
        ["=HYPERLINK(1)", "https://x.example", "0138", 5, Decimal("1.5"), date(2024, 3, 5), None, False]
    ]
    table = read(write_xlsx(["f", "u", "p", "n", "d", "t", "e", "b"], rows))
    assert table.rows == [["=HYPERLINK(1)", "https://x.example", "0138", "5", "1.5", "2024-03-05", "", "FALSE"]]


def test_export_has_no_formulas_links_or_lost_digits() -> None:
    rows: list[list[Cell]] = [["=1+1"], ["https://x.example"], [310101199001011234], [date(1850, 1, 1)]]
    data = write_xlsx(["=1"], rows)
    with zipfile.ZipFile(BytesIO(data)) as made:
        sheet = made.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert [row[0] for row in read(data).rows][2:] == ["310101199001011234", "1850-01-01"]


def test_export_keeps_the_clock_of_aware_times_and_cuts_long_text() -> None:
    rows: list[list[Cell]] = [[datetime(2024, 3, 5, 9, 15, tzinfo=UTC), "x" * 40_000]]
    table = read(write_xlsx(["at", "text"], rows))
    assert table.rows[0][0] == "2024-03-05T09:15:00"
    assert len(table.rows[0][1]) == 32_767
