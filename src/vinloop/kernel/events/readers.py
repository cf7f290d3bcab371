"""Readers follow the event table with a cursor each: in batches, at least once, never skipping.

A row is only read once every transaction older than it has ended (``pg_snapshot_xmin``); the order is
``(generation, transaction_id, id)``. The cursor moves in the transaction of the reader's own work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.access.scope import acting
from vinloop.kernel.models import Event, EventCursor

log = logging.getLogger(__name__)
Handler = Callable[[Sequence[Event]], None]

_NEXT = """
SELECT * FROM kernel_event
WHERE (generation, transaction_id, id) > (%s, %s, %s)
  AND (transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       OR generation < (SELECT max(generation) FROM kernel_event_generation))
  AND kind = ANY (%s)
ORDER BY generation, transaction_id, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """A named follower of some kinds of facts."""

    name: str
    kinds: tuple[str, ...]
    handle: Handler
    batch: int = 500


_readers: dict[str, Reader] = {}


def register_reader(reader: Reader) -> None:
    """Add a reader; called by a module's ``apps.py``."""
    _readers[reader.name] = reader


def run_readers() -> int:
    """Let every reader take one batch; returns how many facts were read. One failing reader stops no other."""
    total = 0
    for reader in list(_readers.values()):
        try:
            total += run_reader(reader)
        except Exception:
            log.exception("reader %s failed and will try again", reader.name)
    return total


def run_reader(reader: Reader) -> int:
    """Take one batch and move the cursor; 0 when there is nothing or another process reads."""
    EventCursor.objects.get_or_create(reader=reader.name)
    with transaction.atomic():
        cursor = EventCursor.objects.select_for_update(skip_locked=True).filter(reader=reader.name).first()
        if cursor is None:
            return 0
        with acting(system_actor()):
            events = list(Event.objects.raw(_NEXT, [*_position(cursor), list(reader.kinds), reader.batch]))
            if events:
                reader.handle(events)
                _advance(cursor, events[-1])
    return len(events)


def _position(cursor: EventCursor) -> list[object]:
    return [cursor.generation, cursor.transaction_id, cursor.event_id]


def _advance(cursor: EventCursor, last: Event) -> None:
    cursor.generation, cursor.transaction_id, cursor.event_id = last.generation, last.transaction_id, last.pk
    cursor.save()
