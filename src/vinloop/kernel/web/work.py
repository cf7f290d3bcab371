"""What a work page shows: the queue at the left, one task at the right; ``kernel/work.html`` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.listing import EmptyState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One waiting task."""

    url: str
    title: StrOrPromise
    detail: StrOrPromise = ""
    note: StrOrPromise = ""
    due_at: datetime | None = None
    tone: Tone = "neutral"
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result button; the first nine are chosen by their number on the keyboard."""

    value: str
    label: StrOrPromise
    icon: str = ""
    tone: Tone = "neutral"
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDesk:
    """Everything the left side of ``kernel/work.html`` draws; the task is the page's own block."""

    title: StrOrPromise
    items: Sequence[QueueItem]
    empty: EmptyState
    subtitle: StrOrPromise = ""
    overdue_count: int = 0
    count_label: str = ""
    has_task: bool = True
    live: str = ""
