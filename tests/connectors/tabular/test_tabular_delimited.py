"""CSV in every dress people send it."""

import codecs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vinloop.connectors.tabular import Table, TableRefused, TableWarning, read_table, write_csv

LIST = "姓名,手机号,城市\n王小明,13800138000,上海\n欧阳娜娜,13900139000,北京\n"
TRADITIONAL = LIST.replace("欧阳", "歐陽").replace("手机号", "手機號")


def read(data: str | bytes, *, encoding: str | None = None, rows: int = 1000, size: int = 10**6) -> Table:
    content = data.encode() if isinstance(data, str) else data
    return read_table(content, "leads.csv", encoding=encoding, max_rows=rows, max_bytes=size)


def refusal(data: str | bytes, *, rows: int = 1000, size: int = 10**6) -> str:
    with pytest.raises(TableRefused) as caught:
        read(data, rows=rows, size=size)
    return caught.value.reason_code


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030"])
def test_encodings(codec: str) -> None:
    table = read(LIST.encode(codec))
    assert table.headers == ["姓名", "手机号", "城市"]
    assert table.rows == [["王小明", "13800138000", "上海"], ["欧阳娜娜", "13900139000", "北京"]]


def test_big5_is_not_read_as_gbk() -> None:
    text = TRADITIONAL.replace("王小明", "陳大文").replace("北京", "臺北")
    table = read(text.encode("big5"))
    assert table.encoding == "big5hkscs"
    assert table.rows[0][0] == "陳大文"


def test_encoding_named_by_the_user() -> None:
    data = "name;city\nJosé;Málaga\n".encode("cp1252")
    assert refusal(data) == "undecodable"
    assert read(data, encoding="cp1252").rows == [["José", "Málaga"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, newline: str) -> None:
    table = read(LIST.replace(",", delimiter).replace("\n", newline))
    assert (table.delimiter, table.headers, len(table.rows)) == (delimiter, ["姓名", "手机号", "城市"], 2)


def test_commas_inside_a_semicolon_table() -> None:
    table = read("name;price;km\na;1,5;3,2\nb;2,5;4,1\nc;1;2\n")
    assert table.delimiter == ";"
    assert table.rows[0] == ["a", "1,5", "3,2"]


def test_excel_names_the_delimiter() -> None:
    table = read("sep=|\r\na|b,c\r\n1|2,3\r\n")
    assert (table.headers, table.rows) == (["a", "b,c"], [["1", "2,3"]])


def test_quotes_commas_and_lines_inside_cells() -> None:
    table = read('name,comments\n"王,小明","第一行\n第二行 ""好"""\n李雷,x\n')
    assert table.rows == [["王,小明", '第一行\n第二行 "好"'], ["李雷", "x"]]
    assert table.row_numbers == [2, 3]


def test_ragged_rows_are_kept_with_a_warning() -> None:
    table = read("a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n")
    assert table.rows == [["1", "2"], ["1", "2", "3"], ["1", "2", "3", "4"]]
    assert table.warnings == (TableWarning(2, "row_too_short"), TableWarning(4, "row_too_long"))
    assert [record["c"] for record in table.records()] == ["", "3", "3"]


def test_blank_rows_keep_the_numbers_right() -> None:
    table = read("\n,,\na,b\n\n1,2\n , \n3,4\n")
    assert (table.rows, table.row_numbers) == ([["1", "2"], ["3", "4"]], [5, 7])


def test_title_above_the_table() -> None:
    table = read("五月线索表,,\n导出时间 2024-05-31,,\n姓名,电话,城市\n王,1,上海\n")
    assert (table.headers, table.row_numbers) == (["姓名", "电话", "城市"], [4])


def test_one_column() -> None:
    table = read("手机号\n13800138000\n13900139000\n")
    assert (table.headers, len(table.rows)) == (["手机号"], 2)


def test_headers_are_unique_and_named() -> None:
    assert read(" 电话 ,电话,,x\n1,2,3,4\n").headers == ["电话", "电话 (2)", "C", "x"]


def test_headers_only() -> None:
    assert read("a,b,c\n").rows == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+8613800138000", "+8613800138000"),
        ("=1+1", "=1+1"),
        ("@x", "@x"),
        ("'+8613800138000", "+8613800138000"),
        ('"=""013800"""', "013800"),
        ('="013800"', "013800"),
        ("1.3800138000E+10", "13800138000"),
        ("1.E+10", "1.E+10"),
        ("1E+3", "1E+3"),
        ("'tis", "'tis"),
        ("007", "007"),
    ],
)
def test_cells_mean_what_was_meant(written: str, meant: str) -> None:
    table = read(f"phone,x\n{written},1\n")
    assert table.rows == [[meant, "1"]]
    assert not table.warnings


def test_rounded_phone_is_kept_and_named() -> None:
    table = read("name,phone\nAnn,1.38E+10\n")
    assert table.rows == [["Ann", "1.38E+10"]]
    assert table.warnings == (TableWarning(2, "digits_lost", 2),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "empty"),
        (" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (",,\n,,\n", "empty"),
        ("a,b\n1,\0\n", "nul_byte"),
        (b"\x80\x81\x82\xff" * 9, "undecodable"),
        ('a,b\n"1,2\n3,4\n', "unclosed_quote"),
        ('a,b\n1,"2', "unclosed_quote"),
        ('a,b\n1,"' + "2,3\n" * 50_000, "unclosed_quote"),
        (",".join(map(str, range(1001))) + "\n", "too_many_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old_excel"),
        ("<html><table><tr><td>a</td></tr></table>", "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_a_table"),
    ],
)
def test_refused_with_a_reason(data: str | bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_limits_are_parameters() -> None:
    assert refusal(LIST, rows=1) == "too_many_rows"
    assert refusal(LIST, size=10) == "too_large"
    assert len(read(LIST, rows=2).rows) == 2


def test_warnings_are_bounded() -> None:
    assert len(read("a,b\n" + "1\n" * 3000 + "1.38E+10,2\n", rows=5000).warnings) == 1000


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="a,;\t|\"\r\n'=+王\x1e", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for prefix in (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"PK\x03\x04"):
        try:
            read(prefix + data)
        except TableRefused:
            continue


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1e"), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@example([["0", "|\x85", "|"]])
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    written = [["key", "b", "c", "d"], *(["k", *row] for row in rows)]
    table = read(write_csv(written))
    assert table.rows == written[1:]
