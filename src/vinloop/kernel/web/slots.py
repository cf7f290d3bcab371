"""Slots: a lower room leaves a place on its page (``customers.customer_page``), upper rooms fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web import record

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NextStep:
    """An open task about the page's subject: what, about which thing (its page), by when if there is a deadline."""

    label: StrOrPromise
    url: str
    ref: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel(record.Panel):
    """A panel of the record page with its place among the others; give its fields by name.

    ``position`` left at zero takes the position the provider was registered with. ``step`` is the most urgent open
    task among what the panel shows: known without a further query, so that the page can say what to do next.
    """

    position: int = 0
    step: NextStep | None = None


Provider = Callable[[ActorRequest, Any], Panel | None]


@dataclass(frozen=True, slots=True)
class _Filling:
    provider: Provider
    permission: str | None
    position: int


_slots: dict[str, list[_Filling]] = {}


def fill_slot(slot: str, provider: Provider, *, permission: str | None = None, position: int = 50) -> None:
    """Offer a panel on another room's page; called in ``apps.py``.

    The provider is asked on every show of the page with the request and the page's subject, unless the actor lacks
    ``permission``; it answers ``None`` when it has nothing to say.
    """
    fillings = [each for each in _slots.get(slot, []) if each.provider is not provider]
    _slots[slot] = [*fillings, _Filling(provider, permission, position)]


def slot_panels(slot: str, request: ActorRequest, subject: Any) -> list[Panel]:
    """The panels of a slot which the actor may see, by position."""
    found = [
        (panel.position or filling.position, index, panel)
        for index, filling in enumerate(_slots.get(slot, []))
        if filling.permission is None or request.actor.may(filling.permission)
        if (panel := filling.provider(request, subject)) is not None
    ]
    return [panel for _, _, panel in sorted(found, key=lambda each: each[:2])]


def most_urgent(panels: Iterable[Panel]) -> NextStep | None:
    """The open task with the earliest deadline; one without a deadline comes after all that have one."""
    steps = [panel.step for panel in panels if panel.step]
    return min(steps, key=lambda step: step.due_at or _NEVER, default=None)
