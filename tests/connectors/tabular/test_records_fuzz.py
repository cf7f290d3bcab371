"""Whatever bytes arrive, a file of records is read to its end or refused in words; encodings are told apart."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import msgspec
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.plans import proposed_mapping
from vinloop.connectors.tabular.records.preview import understood
from vinloop.connectors.tabular.records.read import open_records
from vinloop.connectors.tabular.records.taking import chunks_of
from vinloop.connectors.tabular.records.words import PROBLEMS
from vinloop.connectors.tabular.refusal import WORDS, TableRefused
from vinloop.customers.actions.receive import Incoming
from vinloop.customers.standard.fields import FIELDS
from vinloop.customers.standard.record import standardise

_STARTS = st.sampled_from(
    [b"", b"BEGIN:VCARD\r\n", b"{", b'[{"a":', b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"id,name\r\n"]
)
_LINES = st.lists(
    st.sampled_from(
        [
            "BEGIN:VCARD", "END:VCARD", "FN:王;x", 'TEL;TYPE="a:b":1', "N:;;", "ADR:;;", " fold", "=E7=",
            '{"a":[1,{"b":2}]}', '"', ",,",
        ]
    )
)  # fmt: skip


_ENDINGS = st.sampled_from(["csv", "tsv", "txt", "xlsx", "xlsm", "vcf", "json", "jsonl", "bin", ""])
_ENCODINGS = st.sampled_from([None, "utf-8", "gb18030", "big5", "utf-16", "utf-7", "rot13", "no such one"])
_MIB = 1 << 20


def read(data: bytes, ending: str = "bin", encoding: str | None = None) -> None:
    """Read as an import does, to the records that would be kept."""
    refused, file = "", None
    try:
        file = open_records(Content(f"any.{ending}" if ending else "any", data), encoding=encoding)
    except TableRefused as refusal:
        refused = refusal.remark.code
    if file is None:
        assert refused in WORDS
        return
    assert sum(1 for _ in file.rows()) == file.total
    assert all(set(row.cells) <= {*file.columns} or row.flags for row in file.rows())
    assert len(file.columns) == len(set(file.columns))
    mapping = proposed_mapping(file, None)
    understood(file, mapping, "CN")
    for chunk in chunks_of(file.rows(), mapping):
        assert {row.problem for row in chunk.refused} <= PROBLEMS.keys()
        for each in chunk.incoming:
            kept(each)


def kept(row: Incoming) -> None:
    """What the database takes: no NUL, no half characters."""
    made = standardise(row.values, record_id=1, digest=str)
    text = msgspec.json.encode([row.payload, made.record, made.features]).decode()
    assert "\\u0000" not in text


@contextmanager
def at_most(mebibytes: float) -> Iterator[None]:
    """Memory the block may take at any time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= mebibytes * _MIB


def workbook(*rows: list[object]) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("客户")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


WORKBOOK = workbook(["编号", "姓名", "手机"], [1, "王小明", "13800138001"], [2, "李婷", 13900139002.0])


@settings(max_examples=300, deadline=None)
@given(_STARTS, st.binary(max_size=400), _ENDINGS, _ENCODINGS)
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes, ending: str, encoding: str | None) -> None:
    read(start + rest, ending, encoding)


@settings(max_examples=200, deadline=None)
@given(_LINES, st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_lines_are_read_or_refused(lines: list[str], encoding: str) -> None:
    read("\r\n".join(lines).encode(encoding))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(WORKBOOK)
    for _time in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(body[: data.draw(st.integers(1, len(body)))]), "xlsx")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["<v>", '" t="s"><v>', '" t="e"><v>', '" t="d"><v>', '" s="9"><v>']))
def test_any_cell_of_a_workbook_is_read_or_refused(text: str, start: str) -> None:
    said = text.encode("utf-8", "replace").decode().replace("<", "&lt;")
    with zipfile.ZipFile(BytesIO(WORKBOOK)) as real:
        parts = {name: real.read(name) for name in real.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<v>", f"{start}{said}".encode(), 1)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    read(buffer.getvalue(), "xlsx")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([field.code for field in FIELDS]), st.text(max_size=40)))
def test_any_values_become_a_record(values: dict[str, str]) -> None:
    clean = {code: text.replace("\0", "").encode("utf-8", "replace").decode() for code, text in values.items()}
    kept(Incoming(clean, {code: [text] for code, text in clean.items()}))


@pytest.mark.parametrize("text", ["፩፪፫፬፭", "①②③④⑤", "٤٥٠٠٠", "45000", "1.5E+999", "9" * 5_000, "-" * 20_000])
def test_odd_figures_become_a_record(text: str) -> None:
    kept(Incoming({}, {field.code: [text] for field in FIELDS}))


@pytest.mark.parametrize(
    "body",
    [
        b'{"phone":[' + b"1," * 500_000 + b"1]}",
        b'{"name":"x","deep":' + b"[" * 200_000 + b"}",
        b'{"id":' + b"9" * 10_000 + b"}",
        b"BEGIN:VCARD\r\nFN:x\r\n" + b"TEL:1\r\n" * 200_000 + b"END:VCARD\r\n",
        b"id,name\r\n1" + b",x" * 500_000 + b"\r\n",
        b"id,name\r\n1," + b"x" * _MIB + b"\r\n",
        b'id,name\r\n1,"' + b"x\r\n" * 300_000,
        b"," * _MIB,
        b"x" * (5 * _MIB),
    ],
    ids=["json-list", "json-deep", "json-number", "card", "row", "cell", "quote", "headings", "line"],
)
def test_memory_stays_bounded(body: bytes) -> None:
    with at_most(100):
        read(body)


def test_a_record_of_a_thousand_cells_is_refused_alone() -> None:
    rows = [{"name": "王小明"}, {"name": "x", "phone": ["1"] * 1_001}, {"na\0me": "李婷"}]
    file = open_records(Content("a.jsonl", b"\n".join(map(msgspec.json.encode, rows))))
    assert [row.problem for row in file.rows()] == ["", "too_many_cells", ""]
    assert [row.cells.get("name") for row in file.rows()] == ["王小明", "x", "李婷"]


def test_headings_differ_and_have_an_end() -> None:
    file = open_records(Content("a.csv", f"a,a (2),a,{'长' * 300}\n1,2,3,4\n".encode()))
    assert file.columns == ["a", "a (2)", "a (3)", "长" * 200]
    assert list(next(iter(file.rows())).cells.values()) == ["1", "2", "3", "4"]


def test_a_number_a_spreadsheet_rounded_is_no_key() -> None:
    body = workbook(["编号", "姓名"], [110105194912310021.0, "王小明"], [1234567890123456.0, "李婷"])
    file = open_records(Content("a.xlsx", body))
    (chunk,) = chunks_of(file.rows(), proposed_mapping(file, None))
    assert [row.problem for row in chunk.refused] == ["key_rounded"]
    assert [row.values["key"] for row in chunk.incoming] == [["1234567890123456"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"])
def test_encodings_are_told_apart(encoding: str) -> None:
    text = "編號,姓名,地址\r\n1,陳志豪,臺北市中正區忠孝東路一段1號\r\n2,張雅婷,高雄市左營區博愛二路\r\n"
    file = open_records(Content("a.csv", text.encode(encoding)))
    assert next(iter(file.rows())).cells == {"編號": "1", "姓名": "陳志豪", "地址": "臺北市中正區忠孝東路一段1號"}


def test_a_character_cut_in_two_costs_one_character() -> None:
    text = "编号,姓名\r\n" + "".join(f"{n},王小明\r\n" for n in range(40))
    data = text.encode("utf-8").replace("明".encode(), b"\xe6\x98", 1)
    rows = list(open_records(Content("a.csv", data)).rows())
    assert (rows[0].cells["姓名"], rows[1].cells["姓名"]) == ("王小\ufffd", "王小明")
