"""Whatever bytes arrive, a file of records is read to its end or refused in words; encodings are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinloop.connectors.tabular.records.content import Content
from vinloop.connectors.tabular.records.read import open_records
from vinloop.connectors.tabular.refusal import WORDS, TableRefused

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


def read(data: bytes) -> None:
    refused, file = "", None
    try:
        file = open_records(Content("any.bin", data))
    except TableRefused as refusal:
        refused = refusal.remark.code
    if file is None:
        assert refused in WORDS
        return
    assert sum(1 for _ in file.rows()) == file.total
    assert all(set(row.cells) <= {*file.columns} or row.flags for row in file.rows())


@settings(max_examples=300, deadline=None)
@given(_STARTS, st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    read(start + rest)


@settings(max_examples=200, deadline=None)
@given(_LINES, st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_lines_are_read_or_refused(lines: list[str], encoding: str) -> None:
    read("\r\n".join(lines).encode(encoding))


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
