"""Pages by key instead of by number: the thousandth page costs what the first one costs.

A cursor is the key of the row where a page ends, with the direction to go on, signed so that nobody can make
one up. Rows that come or go between two pages are neither shown twice nor skipped. The API and the lists on
screen use the same function.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from django.db.models.expressions import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

M = TypeVar("M", bound=Model)
MOST_ROWS = 200
NEWEST_FIRST = ("-received_at", "-id")
_FORWARD, _BACKWARD = "n", "p"


class CursorInvalid(ValueError):
    """The cursor is not one of ours, or was made for a list in another order."""


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """One page of rows with the cursors of its neighbours; ``None`` where there is none."""

    items: list[M]
    next: str | None
    previous: str | None


def paginate(
    queryset: QuerySet[M], order: Sequence[str] = NEWEST_FIRST, *, cursor: str | None = None, limit: int = 50
) -> Slice[M]:
    """One page of ``queryset`` in ``order``, in one query.

    ``order`` names columns that are never null, all ascending or all descending, the last one unique; an index
    on them makes every page a short index scan. ``limit`` is held between 1 and 200. Raises ``CursorInvalid``.
    """
    limit = max(1, min(limit, MOST_ROWS))
    names = _names(order)
    direction, values = _read_cursor(queryset.model, names, cursor) if cursor else (_FORWARD, [])
    descends = order[0].startswith("-") == (direction == _FORWARD)
    rows = queryset.order_by(*(f"-{name}" if descends else name for name in names))
    if values:
        # Compared as one row, so that PostgreSQL starts reading its index at the right place.
        lookup = TupleLessThan if descends else TupleGreaterThan
        rows = rows.filter(lookup(Tuple(*(F(name) for name in names)), values))
    return _slice(list(rows[: limit + 1]), limit, names, direction, has_cursor=bool(values))


def make_cursor(direction: str, names: Sequence[str], values: Sequence[object]) -> str:
    """Sign a position: the direction and the values of the columns it was made for."""
    return _signer().sign_object([direction, ",".join(names), *(_text(value) for value in values)])


def open_cursor(cursor: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """The direction and the values, as text, of a cursor made for these columns. Raises ``CursorInvalid``."""
    try:
        direction, made_for, *texts = _signer().unsign_object(cursor)
    except (BadSignature, ValueError, TypeError) as error:
        raise CursorInvalid("the cursor was not made here") from error
    if made_for != ",".join(names) or len(texts) != len(names):
        raise CursorInvalid("the cursor was made for another list")
    return direction, texts


def _signer() -> Signer:
    return Signer(sep=".", salt="vinloop.paging")


def _text(value: object) -> str:
    if value is None:
        raise ValueError("a keyset column is never null")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _names(order: Sequence[str]) -> list[str]:
    if len({name.startswith("-") for name in order}) != 1:
        raise ValueError("a keyset is all ascending or all descending")
    return [name.removeprefix("-") for name in order]


def _read_cursor(model: type[Model], names: Sequence[str], cursor: str) -> tuple[str, list[Any]]:
    direction, texts = open_cursor(cursor, names)
    try:
        values = [_column(model, name).to_python(text) for name, text in zip(names, texts, strict=True)]
    except ValidationError as error:
        raise CursorInvalid("the cursor was made for another list") from error
    return direction, values


def _column(model: type[Model], name: str) -> Any:
    """The model field a path such as ``owner__name`` ends at."""
    field: Any = None
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def _slice(rows: list[M], limit: int, names: Sequence[str], direction: str, *, has_cursor: bool) -> Slice[M]:
    goes_on, items = len(rows) > limit, rows[:limit]
    if direction == _BACKWARD:
        items.reverse()
    has_next = goes_on if direction == _FORWARD else has_cursor
    has_previous = has_cursor if direction == _FORWARD else goes_on
    return Slice(
        items,
        next=_cursor_of(items[-1], names, _FORWARD) if items and has_next else None,
        previous=_cursor_of(items[0], names, _BACKWARD) if items and has_previous else None,
    )


def _cursor_of(row: Model, names: Sequence[str], direction: str) -> str:
    return make_cursor(direction, names, [attrgetter(name.replace("__", "."))(row) for name in names])
