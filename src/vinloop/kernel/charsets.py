"""Text out of bytes whose encoding is unknown or wrongly declared, or nothing at all: never mojibake.

Partner files arrive as UTF-8, UTF-16, GBK, GB18030 or Big5, with a label that is often wrong. A strict decode
alone proves little (GBK accepts most byte pairs), so a guess must also look like common Chinese text.
"""

import codecs
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

_SAMPLE = 20_000
_PLAUSIBLE = 0.5
_WIDE_SAMPLE = 4096
_FEWEST_NULS = 4
_FOREIGN = re.compile("[^\x00-\x7f]+")

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Labels are widened as browsers do it (WHATWG Encoding): GBK and GB2312 are read as GB18030, Latin-1 as 1252.
_LABELS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "iso8859-1": "cp1252",
    "iso8859-15": "iso8859-15",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp1252": "cp1252",
}
_SINGLE_BYTE = {"cp1250", "cp1251", "cp1252", "iso8859-15"}


class Decoded(NamedTuple):
    """Text, and the Python codec that gave it."""

    text: str
    encoding: str


def decode_text(data: bytes, *, declared: str | None = None, guesses: Sequence[str] = ("gb18030",)) -> Decoded | None:
    """Decode bytes by mark, declaration and plausibility, in this order of trust.

    ``declared`` is the label found in the file or its envelope; a label that cannot be true is passed over.
    ``guesses`` (``gb18030``, ``big5hkscs``) are tried when nothing declared fits. None means: no reading of
    these bytes is trustworthy.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    wide = wide_encoding(data)
    if wide:
        return _strict(data, wide)
    return _decode_narrow(data, wider_label(declared), guesses)


def mark_of(data: bytes) -> str | None:
    """The codec a byte order mark names; the mark itself reads as U+FEFF."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _decode_narrow(data: bytes, declared: str | None, guesses: Sequence[str]) -> Decoded | None:
    as_utf8 = _strict(data, "utf-8")
    if as_utf8 and (declared is None or _surely_utf8(as_utf8.text, declared)):
        return as_utf8
    return (_strict(data, declared) if declared else None) or as_utf8 or _best_guess(data, guesses)


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark shows as NULs, beside ASCII characters, on one side of the byte pairs only."""
    head = data[:_WIDE_SAMPLE]
    high, low = head[0::2].count(0), head[1::2].count(0)
    if max(high, low) < max(_FEWEST_NULS, len(head) // 10):
        return None
    if low > 4 * high:
        return "utf-16-le"
    return "utf-16-be" if high > 4 * low else None


def wider_label(declared: str | None) -> str | None:
    """The codec for a declared label; None for UTF-8, UTF-16 (which show in the bytes) and unknown labels."""
    try:
        return _LABELS.get(codecs.lookup(declared.strip()).name) if declared else None
    except (LookupError, ValueError):
        return None


def _surely_utf8(text: str, declared: str) -> bool:
    """Bytes that happen to be UTF-8 although declared otherwise.

    Real GBK text which is also valid UTF-8 reads as Latin, Greek or Arabic letters, never as Chinese only; no
    real text in a single-byte encoding is valid UTF-8.
    """
    return declared in _SINGLE_BYTE or all(char < "\x80" or char >= "\u2000" for char in text)


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _best_guess(data: bytes, guesses: Sequence[str]) -> Decoded | None:
    readings = (reading for name in guesses if (reading := _strict(data, name)))
    rated = ((plausibility(reading), reading) for reading in readings)
    rate, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return best if rate >= _PLAUSIBLE else None


def plausibility(reading: Decoded) -> float:
    """How far a reading looks like ordinary Chinese: 1 for common characters only, 0 for none.

    Common means level 1 of GB 2312 or of Big5; their level 2 counts half; everything else not at all.
    """
    runs = islice(_FOREIGN.finditer(reading.text), _SAMPLE)
    foreign = "".join(run[0] for run in runs)[:_SAMPLE]
    if not foreign:
        return 1.0
    rate = _big5_commonness if reading.encoding.startswith("big5") else _gb_commonness
    weights = {char: rate(char) for char in set(foreign)}
    return sum(weights[char] for char in foreign) / len(foreign)


def _gb_commonness(char: str) -> float:
    lead = _lead_byte(char, "gb2312")
    if lead in (0xA1, 0xA3) or 0xB0 <= lead <= 0xD7:
        return 1.0
    return 0.5 if 0xD8 <= lead <= 0xF7 else 0.0


def _big5_commonness(char: str) -> float:
    lead = _lead_byte(char, "big5")
    if lead in (0xA1, 0xA2) or 0xA4 <= lead <= 0xC6:
        return 1.0
    return 0.5 if 0xC9 <= lead <= 0xF9 else 0.0


def _lead_byte(char: str, encoding: str) -> int:
    encoded = char.encode(encoding, "ignore")
    return encoded[0] if encoded else 0
