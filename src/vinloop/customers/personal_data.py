"""Who keeps what about people: every room registers how its part is given out and how it is erased.

An answer to a person by law (GDPR articles 15 to 17, PIPL articles 45 to 47) goes through this registry, so that a room
added later is answered for as well. ``tests/customers/test_personal_data.py`` looks at every table of the database and
fails when one that points at people belongs to no handler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Done = Literal["removed", "emptied", "kept"]


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing a room knows about a person. ``heads`` are the columns: code → words, in order.

    ``choices`` spells codes in the rows (column → code → words) for the printed answer; the files keep the codes.
    """

    code: str
    label: StrOrPromise
    heads: Mapping[str, StrOrPromise]
    rows: Sequence[Mapping[str, Any]]
    choices: Mapping[str, Mapping[Any, StrOrPromise]] = field(default_factory=dict)


def section_of(code: str, label: StrOrPromise, heads: Mapping[str, StrOrPromise], rows: QuerySet[Any]) -> Section:
    """Objects as a section: of each the attributes which the heads name."""
    fields = {each.name: each for each in rows.model._meta.concrete_fields}
    choices = {name: dict(fields[name].flatchoices) for name in heads if name in fields and fields[name].choices}
    return Section(code, label, heads, [{name: getattr(each, name) for name in heads} for each in rows], choices)


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of one kind of thing: how many rows were removed, emptied of what is personal, or kept.

    ``duty`` says why something was kept. Both codes are spelt by ``PersonalData.words``; nothing personal is in them.
    """

    what: str
    count: int
    done: Done
    duty: str = ""


def _nothing_hinders(_customer_ids: Sequence[int]) -> Sequence[StrOrPromise]:
    return ()


def _keeps_nobody(_customer_ids: Sequence[int], _since: datetime) -> set[int]:
    return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What one room answers for. All functions run in a scope that sees every row.

    ``tables`` are the tables with personal data it covers. ``erase`` empties or removes them and tells what it did.
    ``hinders`` tells in words what stands against an erasure now. ``keeps`` names those of the customers whom the room
    still needs, or heard of after a moment: they are no forgotten prospects.
    """

    code: str
    label: StrOrPromise
    tables: tuple[str, ...]
    export: Callable[[Sequence[int]], Sequence[Section]]
    erase: Callable[[Sequence[int], datetime], Sequence[Erased]]
    hinders: Callable[[Sequence[int]], Sequence[StrOrPromise]] = _nothing_hinders
    keeps: Callable[[Sequence[int], datetime], set[int]] = _keeps_nobody
    words: Mapping[str, StrOrPromise] = field(default_factory=dict)


_declared: dict[str, PersonalData] = {}


def declare_personal_data(*handlers: PersonalData) -> None:
    """Register a room's handlers; harmless when done twice."""
    _declared.update({handler.code: handler for handler in handlers})


def personal_data() -> Sequence[PersonalData]:
    """All handlers, lower rooms first."""
    return tuple(_declared.values())


def erasing_order() -> Iterator[PersonalData]:
    """Upper rooms first: they find their rows by what lower rooms are about to forget."""
    return reversed(personal_data())


def words_of(code: str) -> StrOrPromise:
    """A code of a report in the reader's language; the code itself for a room that is gone."""
    return next((handler.words[code] for handler in _declared.values() if code in handler.words), code)
