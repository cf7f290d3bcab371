"""Pure decisions of the vehicles room: which words name a model, and who owns a car after a delivery."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vinloop.kernel.identifiers import fold

Words = tuple[str, ...]
# Letters and digits together, or Han characters together: 曙光S运动版 is 曙光, s, 运动版.
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\u3400-\u9fff\uf900-\ufaff]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_WORDS = ("款", "年款", "年")


def words_of(text: str) -> Words:
    """The words of a brand's or model's name, without case, width, spaces and punctuation."""
    return tuple(run for word in _WORD.findall(fold(text).casefold()) for run in _RUN.findall(word))


def name_key(text: str) -> str:
    """One spelling per name, to compare and to make a code of: ``Great Wall`` and ``great-wall`` agree."""
    return "".join(words_of(text))


def without_year(words: Words, year: int | None) -> Words:
    """The words without a leading or trailing model year (2026, 2026款), which catalogues do not repeat."""
    kept = list(words)
    while kept and _is_year(kept[0], year):
        kept = kept[1:]
        if kept and kept[0] in _YEAR_WORDS:
            kept = kept[1:]
    while len(kept) > 1 and _is_year(kept[-1], year):
        kept = kept[:-1]
    return tuple(kept) or words


def _is_year(word: str, year: int | None) -> bool:
    return bool(_YEAR.fullmatch(word)) and (year is None or word == str(year))


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a model, as words, with what it names."""

    words: Words
    model_id: int


def best_name(text: Words, names: Iterable[Name]) -> int | None:
    """The model whose name is the text, or the longest beginning of it (the rest is a trim); ``None`` if none.

    Names are compared by whole words, so that ``Aurora S`` is not found in ``Aurora SUV``.
    """
    best: Name | None = None
    for name in names:
        longer = best is None or _length(name.words) > _length(best.words)
        if name.words and longer and _begins(text, name.words):
            best = name
    return best.model_id if best else None


def _begins(text: Words, name: Words) -> bool:
    return text[: len(name)] == name or "".join(text) == "".join(name)


def _length(words: Words) -> int:
    return sum(map(len, words))


@dataclass(frozen=True, slots=True)
class Held:
    """An ownership as it is stored."""

    id: int
    customer_id: int
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class OwnershipChange:
    """What a delivery changes: which ownership ends, when, and whether a new one starts."""

    ends: Held | None = None
    ends_on: date | None = None
    starts: bool = False


def ownership_after_delivery(held: Sequence[Held], customer_id: int, delivery_date: date) -> OwnershipChange:
    """The change a delivery makes to the owners of a car.

    Told twice, or told late after the car was already passed on, it changes nothing.
    """
    current = next((each for each in held if each.until is None), None)
    known = any(each.customer_id == customer_id and each.since == delivery_date for each in held)
    if known or (current and (current.customer_id == customer_id or current.since > delivery_date)):
        return OwnershipChange()
    return OwnershipChange(ends=current, ends_on=delivery_date if current else None, starts=True)
