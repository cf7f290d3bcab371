"""Names as the matcher compares them: one script, one spelling, how they sound, and whether they are whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from opencc import OpenCC

from vinloop.kernel.identifiers import fold, is_cjk, parse_name
from vinloop.kernel.identifiers.names import latin_words
from vinloop.kernel.identifiers.pinyin import name_spellings, name_syllables, surname_length

_SHORT_LATIN = 3
# Surnames typed as the character is read elsewhere, where no other surname is spelt so: 曾 is no Ceng, 尉迟 no Weichi.
_MISREAD = {"ceng": "zeng", "cha": "zha", "weichi": "yuchi", "changsun": "zhangsun"}
_ORGANISATION = re.compile(
    r"公司|集团|企业|工厂|[^\s]厂$|中心$|[^\s]局$|[^\s]厅$|委员会|政府|大学|学校|医院|银行|协会|合作社|事务所|商行|商贸|贸易|物流"
    r"|工程$|实业|租赁|股份|车队$|\b(?:ltd|limited|gmbh|inc|corp|llc|plc|company|co\.|kg|ag|s\.a\.)(?:\b|$)",
    re.I,
)
_GOVERNMENT = re.compile(r"政府|委员会|[^\s]局$|[^\s]厅$|公安|法院|检察院|税务|海关")
_BRACKETS = re.compile(r"[（(\[【][^)）\]】]*[)）\]】]")
_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|责任公司|总公司|分公司|公司|有限责任|股份有限|有限|集团|股份)+$"
    r"|[\s,]*\b(?:ltd|limited|gmbh|inc|corp|llc|plc|company|co)\.?$",
    re.I,
)
_MALE = ("先生", "mr", "sir", "herr")
_FEMALE = ("女士", "小姐", "太太", "夫人", "阿姨", "mrs", "ms", "miss", "madam", "mme", "frau")


@dataclass(frozen=True, slots=True)
class StandardName:
    """A name made comparable. ``sound`` is its letters in order of the alphabet, so that order and spaces do not count;
    ``words`` are surname and given name (Han) or all words (Latin). ``is_bare`` says that only the surname is known.
    """

    text: str = ""
    sound: str = ""
    words: tuple[str, ...] = ()
    is_han: bool = False
    is_bare: bool = False
    gender: str = ""

    @property
    def whole(self) -> str:
        """The name when it is known whole; empty for a bare surname."""
        return "" if self.is_bare else self.text


@lru_cache(maxsize=50_000)
def standard_person_name(text: str) -> StandardName:
    """A person's name; titles and remarks taken off, traditional characters simplified."""
    parsed = parse_name(text)
    gender = _gender(parsed.title)
    if not parsed.text:
        return StandardName(gender=gender)
    if parsed.is_chinese:
        return _han(to_simplified(parsed.text).replace("·", ""), gender)
    return _latin(latin_words(parsed.text), gender)


@lru_cache(maxsize=20_000)
def standard_company_name(text: str) -> StandardName:
    """A firm's name without its legal form and remarks, in simplified characters and lower case."""
    plain = re.sub(r"\s+", " ", _BRACKETS.sub("", to_simplified(fold(text)))).strip().casefold()
    core = _FORM.sub("", plain).strip() or plain
    if any(map(is_cjk, core)):
        core = core.replace(" ", "")
    return StandardName(text=core, is_han=any(map(is_cjk, core)))


def organisation_kind(text: str) -> str:
    """``company`` or ``government`` when the name tells so, else empty."""
    if not _ORGANISATION.search(text):
        return ""
    return "government" if _GOVERNMENT.search(text) else "company"


def to_simplified(text: str) -> str:
    """Traditional characters as their simplified ones (OpenCC's t2s table); other text unchanged."""
    return str(_converter().convert(text)) if not text.isascii() else text


@lru_cache(maxsize=20_000)
def other_readings(text: str) -> tuple[tuple[str, ...], ...]:
    """Surname and given name of a Chinese name in all likely readings but the first: 单伟 as Dan Wei."""
    if not text or not all(map(is_cjk, text)):
        return ()
    length = surname_length(text)
    return tuple(_words(syllables, length) for syllables in name_spellings(text)[1:])


def _han(text: str, gender: str) -> StandardName:
    syllables = name_syllables(text) if all(map(is_cjk, text)) else tuple(text.casefold())
    length = surname_length(text)
    is_bare = not "".join(syllables[length:])
    return StandardName(text, _sorted("".join(syllables)), _words(syllables, length), True, is_bare, gender)


def _words(syllables: tuple[str, ...], length: int) -> tuple[str, ...]:
    """Surname and given name; only one of them where no more is known."""
    return tuple(word for word in ("".join(syllables[:length]), "".join(syllables[length:])) if word)


def _latin(words: list[str], gender: str) -> StandardName:
    if not words:
        return StandardName(gender=gender)
    words = [_MISREAD.get(word, word) for word in words]
    is_bare = len(words) == 1 and len(words[0]) <= _SHORT_LATIN
    return StandardName(" ".join(sorted(words)), _sorted("".join(words)), tuple(words), False, is_bare, gender)


def _gender(title: str) -> str:
    lower = title.casefold()
    return "male" if lower in _MALE else "female" if lower in _FEMALE else ""


def _sorted(letters: str) -> str:
    return "".join(sorted(letters))


@cache
def _converter() -> Any:
    return OpenCC("t2s")
