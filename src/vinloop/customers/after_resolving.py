"""What upper rooms do after a run of identity resolution: with the customers it touched, as relations are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from vinloop.kernel.access import Actor

Progress = Callable[[str, int, int], None]


class AfterResolving(Protocol):
    """Called outside a transaction, as an actor that sees all rows; every chunk is a transaction of its own.

    ``since`` is when the customers to look at were changed at the earliest; None means all of them.
    """

    def __call__(self, *, actor: Actor, at: datetime, since: datetime | None, progress: Progress) -> object: ...


_steps: dict[str, AfterResolving] = {}


def declare_after_resolving(name: str, step: AfterResolving) -> None:
    """Have something done after every run; harmless when told twice. Called in ``apps.py``."""
    _steps[name] = step


def after_resolving(*, actor: Actor, at: datetime, since: datetime | None, progress: Progress) -> None:
    """Do what upper rooms asked for, in the order they asked."""
    for step in list(_steps.values()):
        step(actor=actor, at=at, since=since, progress=progress)
