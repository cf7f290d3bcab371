"""Which connector handles a document of which channel, when a person has it handled again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.intake.remarks import Detail
from vinloop.kernel.models import ReceivedDocument

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotUnderstood(Exception):
    """A channel could make nothing of a document. ``reason`` is a stable code, ``detail`` says where and why."""

    def __init__(self, reason: str, detail: Detail = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Partly:
    """Part of a document was understood: ``results`` stay, and it waits in quarantine because of the rest."""

    results: Sequence[str]
    reason: str
    detail: Detail = ""


Handler = Callable[[ReceivedDocument, Actor, datetime], Sequence[str] | Partly]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way documents arrive. ``handle`` answers the references of what it made, or raises ``NotUnderstood``.

    For a document of which only a part could be used it answers ``Partly``.

    It must be idempotent: a document handled twice makes nothing twice.
    """

    name: str
    handle: Handler
    label: StrOrPromise = ""


_channels: dict[str, Channel] = {}


def register_channel(name: str, handle: Handler, label: StrOrPromise = "") -> None:
    """Make a channel known; called in a connector's ``apps.py``."""
    _channels[name] = Channel(name, handle, label or name)


def channel_named(name: str) -> Channel | None:
    """The channel; ``None`` for one this installation no longer has."""
    return _channels.get(name)


def all_channels() -> list[Channel]:
    """Every known channel by name."""
    return [_channels[name] for name in sorted(_channels)]
