"""The types modules announce facts with.

A payload names things by reference and figure. It never holds a person's name, number or words: those stay
in their own tables, where they can be masked, exported and erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec
from django.utils.functional import Promise

TimelineGroup = Literal["contacts", "sales", "service", "marketing", "changes"]
_classes: dict[str, type[Fact]] = {}
_spellings: dict[tuple[str, str], Callable[[str], object]] = {}
_payload_spellings: dict[tuple[str, str], Callable[[dict[str, Any]], object]] = {}


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts. A subclass sets ``kind`` (``leads.LeadDispatched``), a ``title`` and an ``icon``.

    ``title`` is a translatable text whose ``%(field)s`` places are filled from the payload on the timeline.
    ``version`` grows when fields change meaning; ``is_public`` facts may leave by webhook.
    """

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1
    title: ClassVar[str | Promise] = ""
    icon: ClassVar[str] = "point"
    group: ClassVar[TimelineGroup] = "changes"
    is_public: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind in _classes:
            raise ValueError(f"two facts are called {cls.kind}")
        if cls.kind:
            _classes[cls.kind] = cls


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fact is about. ``owner_id`` is the organisation that may see the fact."""

    kind: str
    id: int
    owner_id: int
    ref: str = ""
    customer_id: int | None = None


def fact_class(kind: str) -> type[Fact] | None:
    """The class of a stored fact; ``None`` for one that no version of the product knows any more."""
    return _classes.get(kind)


def fact_kinds() -> dict[str, type[Fact]]:
    """Every fact the running product can announce, by kind."""
    return dict(sorted(_classes.items()))


def spell_field(kind: str, field: str, words: Callable[[str], object]) -> None:
    """Show a code of a payload in words on timelines: ``words`` turns it into the reader's language.

    Called by a module's ``apps.py``; a code nobody spells is shown as it is. ``field`` is one of the title's, or
    ``detail``, which stands below the title.
    """
    _spellings[kind, field] = words


def spell_payload(kind: str, field: str, words: Callable[[dict[str, Any]], object]) -> None:
    """Like ``spell_field``, for words that need the whole payload."""
    _payload_spellings[kind, field] = words


def is_spelt(kind: str, field: str) -> bool:
    """Whether a field of a fact is shown in words."""
    return (kind, field) in _spellings or (kind, field) in _payload_spellings


def spell(kind: str, field: str, payload: dict[str, Any]) -> str:
    """One field of a payload as timelines show it; empty when it has none."""
    return str(_spelt(kind, field, payload))


def render_fact(kind: str, payload: dict[str, Any]) -> str:
    """The timeline sentence in the reader's language; the bare kind when it can't be told."""
    cls = fact_class(kind)
    if cls is None:
        return kind
    values = {name: _spelt(kind, name, payload) for name in cls.__struct_fields__}
    try:
        return str(cls.title) % values
    except (KeyError, ValueError, TypeError):
        return str(cls.title)


def _spelt(kind: str, field: str, payload: dict[str, Any]) -> Any:
    of_payload, of_field = _payload_spellings.get((kind, field)), _spellings.get((kind, field))
    if of_payload is not None:
        return of_payload(payload)
    value = payload.get(field, "")
    return of_field(value) if of_field is not None and isinstance(value, str) else value
