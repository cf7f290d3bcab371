"""Lets programs outside follow the facts they may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.expressions import F, RawSQL
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from vinloop.kernel.events.facts import fact_kinds
from vinloop.kernel.models import Event
from vinloop.kernel.paging import make_cursor, open_cursor

_ORDER = ("generation", "transaction_id", "id")
# Facts of transactions that may still commit before them are not shown yet, so nothing is ever skipped.
_XMIN = RawSQL("(SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint)", [])
_LATEST = RawSQL("(SELECT max(generation) FROM kernel_event_generation)", [])


def facts_after(after: str, *, rows: QuerySet[Event], limit: int) -> tuple[list[Event], str, bool]:
    """Of ``rows`` the public facts behind a position, the position behind them, and whether there are more.

    ``after`` is empty for the beginning. Raises ``CursorInvalid``.
    """
    position = [int(text) for text in open_cursor(after, _ORDER)[1]] if after else [0, 0, 0]
    public = {kind for kind, cls in fact_kinds().items() if cls.is_public}
    found = list(
        rows.filter(
            TupleGreaterThan(Tuple(*(F(name) for name in _ORDER)), position),
            Q(transaction_id__lt=_XMIN) | Q(generation__lt=_LATEST),
            kind__in=public,
        ).order_by(*_ORDER)[: limit + 1]
    )
    items = found[:limit]
    last = [items[-1].generation, items[-1].transaction_id, items[-1].pk] if items else position
    return items, make_cursor("n", _ORDER, last), len(found) > limit
