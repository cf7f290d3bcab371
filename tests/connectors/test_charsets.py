"""Bytes of unknown encoding become the right text or nothing."""

import pytest

from vinloop.kernel.charsets import decode_text

TEXT = "客户姓名,电话,城市\n欧阳娜娜,13800138000,上海市浦东新区\n"
TRADITIONAL = "客戶姓名,電話,城市\n陳大文,0912345678,臺北市信義區\n"
GUESSES = ("gb18030", "big5hkscs")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "gb2312"])
def test_simplified_is_recognised_without_a_label(codec: str) -> None:
    decoded = decode_text(TEXT.encode(codec), guesses=GUESSES)
    assert decoded is not None
    assert decoded.text == TEXT


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "big5", "cp950"])
def test_traditional_is_recognised_without_a_label(codec: str) -> None:
    decoded = decode_text(TRADITIONAL.encode(codec), guesses=GUESSES)
    assert decoded is not None
    assert decoded.text == TRADITIONAL


@pytest.mark.parametrize("data", ["José Müller".encode("cp1252"), "Ölçü ğ".encode("cp1254"), b"\xff\xfd\x80"])
def test_nothing_rather_than_mojibake(data: bytes) -> None:
    assert decode_text(data, guesses=GUESSES) is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec: str) -> None:
    assert decode_text("name,电话".encode(codec)) == ("name,电话", codec)


@pytest.mark.parametrize("label", ["zip", "utf-7", "unicode_escape", "idna", "rot13", "\0", "x" * 500, "王"])
def test_labels_that_name_no_charset_are_passed_over(label: str) -> None:
    assert decode_text("王".encode(), declared=label) == ("王", "utf-8")


@pytest.mark.parametrize(("codec", "text"), [("cp1252", "José"), ("shift_jis", "田中"), ("cp1251", "Иван")])
def test_declared_encoding_is_honoured(codec: str, text: str) -> None:
    decoded = decode_text(text.encode(codec), declared=codec)
    assert decoded is not None
    assert decoded.text == text
