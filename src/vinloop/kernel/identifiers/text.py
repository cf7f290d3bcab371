"""Cleaning of typed text that every identifier starts with."""

import unicodedata

# Characters spreadsheets, chat programs and web pages leave behind and nobody sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))


def fold(text: str) -> str:
    """NFKC (full-width becomes ASCII), invisible characters removed, outer white space trimmed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()


def is_cjk(char: str) -> bool:
    """Whether one character is a Han ideograph (Unified, extensions A-H, compatibility, and the zero 〇)."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U000323af"
        or char == "〇"
    )


def has_cjk(text: str) -> bool:
    """Whether any character of the text is a Han ideograph."""
    return any(map(is_cjk, text))


# What UTF-8 Chinese looks like when it was read as Latin-1 or GBK, and what lost characters leave behind.
_REPLACEMENT = "\ufffd"
_MOJIBAKE_PAIRS = ("锟斤", "斤拷", "烫烫", "屯屯", "ï»¿", "â€", "Ã©", "Ã¨", "Ã¼", "Ã¶", "Ã¤", "Â·")


def looks_like_mojibake(text: str) -> bool:
    """Whether text was probably decoded with the wrong character set, so a person should look at it.

    Three signs: a replacement character, a well-known broken pair, or text that turns into shorter Chinese
    when its bytes are read as UTF-8 (Latin-1, Windows-1252 and GBK misreadings).
    """
    if _REPLACEMENT in text or any(pair in text for pair in _MOJIBAKE_PAIRS):
        return True
    return any(_reads_as_chinese(text, codec) for codec in ("latin-1", "cp1252", "gb18030"))


def _reads_as_chinese(text: str, wrong_codec: str) -> bool:
    try:
        repaired = text.encode(wrong_codec).decode("utf-8")
    except UnicodeError:
        return False
    return repaired != text and has_cjk(repaired)
