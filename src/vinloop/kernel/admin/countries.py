"""Countries by their names in the reader's language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumbers.geodata.locale import LOCALE_DATA
from pypinyin import lazy_pinyin

_SAME_AS = "*"  # the table says so where a name is written like in another language
_MISSING = {"XK": _("Kosovo"), "WS": _("Samoa")}  # in one language or the other


def country_name(code: str) -> str:
    """What the reader calls the country with this ISO 3166 code; the code itself for one without a name."""
    return _name(code, _reader())


def countries_with_holidays() -> list[tuple[str, str]]:
    """Code and name of each country whose public holidays are known, in the order the reader looks for them."""
    return list(_offered(_reader()))


def _reader() -> str:
    return (get_language() or "en").partition("-")[0]


def _name(code: str, language: str) -> str:
    if code in _MISSING:
        return str(_MISSING[code])
    names = LOCALE_DATA.get(code, {})
    name = names.get(language) or names.get("en", "")
    if name.startswith(_SAME_AS):
        name = names.get(name.removeprefix(_SAME_AS), "")
    return name or code


@lru_cache(maxsize=4)
def _offered(language: str) -> tuple[tuple[str, str], ...]:
    codes = holidays.list_supported_countries(include_aliases=False)
    return tuple(sorted(((code, _name(code, language)) for code in codes), key=lambda pair: _read_aloud(pair[1])))


def _read_aloud(name: str) -> str:
    """Chinese names go by their pinyin, others without their accents: Åland stands with Albania."""
    plain = unicodedata.normalize("NFKD", " ".join(lazy_pinyin(name)))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
