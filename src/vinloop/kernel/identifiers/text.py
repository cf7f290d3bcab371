"""Cleaning of typed text that every identifier starts with."""

import re
import unicodedata

# Characters spreadsheets, chat programs and web pages leave behind and nobody sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))


def fold(text: str) -> str:
    """NFKC (full-width becomes ASCII), invisible characters removed, outer white space trimmed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()


# Han ideographs: Unified, extensions A-H, compatibility, and the zero 〇.
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U000323af〇]")


def is_cjk(char: str) -> bool:
    """Whether one character is a Han ideograph."""
    return _HAN.match(char) is not None


def has_cjk(text: str) -> bool:
    """Whether any character of the text is a Han ideograph."""
    return _HAN.search(text) is not None


# What UTF-8 Chinese looks like when it was read as Latin-1 or GBK, and what lost characters leave behind.
_MOJIBAKE = re.compile("\ufffd|锟斤|斤拷|烫烫|屯屯|ï»¿|â€|Ã©|Ã¨|Ã¼|Ã¶|Ã¤|Â·")


def looks_like_mojibake(text: str) -> bool:
    """Whether text was probably decoded with the wrong character set, so a person should look at it.

    Three signs: a replacement character, a well-known broken pair, or text that turns into shorter Chinese
    when its bytes are read as UTF-8 (Latin-1, Windows-1252 and GBK misreadings).
    """
    if text.isascii():
        return False
    if _MOJIBAKE.search(text):
        return True
    return any(_reads_as_chinese(text, codec) for codec in ("latin-1", "cp1252", "gb18030"))


def _reads_as_chinese(text: str, wrong_codec: str) -> bool:
    try:
        repaired = text.encode(wrong_codec).decode("utf-8")
    except UnicodeError:
        return False
    return repaired != text and has_cjk(repaired)
