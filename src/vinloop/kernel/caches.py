"""Read models a process may keep for a few seconds: catalogues, directories, schedules.

They hold facts that change a few times a day and are read on every request. A change made in this process is
seen at once (``forget``), in the others within the seconds the cache was given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_forgetters: list[Callable[[], None]] = []


class Remembered(Generic[T]):
    """The result of ``load``, kept for ``seconds``, the same for everybody.

    Rows that row-level security hides from somebody are held only to name what the asker's own rows refer to.
    """

    def __init__(self, load: Callable[[], T], *, seconds: float = 10.0) -> None:
        self._load = load
        self._seconds = seconds
        self._held: tuple[float, T] | None = None
        _forgetters.append(self.forget)

    def __call__(self) -> T:
        held, now = self._held, time.monotonic()
        if held is not None and now - held[0] < self._seconds:
            return held[1]
        value = self._load()
        self._held = (now, value)
        return value

    def forget(self) -> None:
        """Read again at the next call."""
        self._held = None


def forget_everything() -> None:
    """Drop every cache of this process; for tests, and after a database was restored."""
    for forget in _forgetters:
        forget()
