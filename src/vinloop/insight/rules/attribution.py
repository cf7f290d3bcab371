"""How the credit for a lead is shared among the touches that led to it (DOMAIN.md §3). The shares add up to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

Model = Literal["first", "last", "linear", "position", "decay"]
MODELS: tuple[Model, ...] = ("first", "last", "linear", "position", "decay")
DEFAULT_MODEL: Model = "first"
HALF_LIFE = timedelta(days=7)
_ENDS, _MIDDLE = 0.4, 0.2


def shares(model: Model, touches: Sequence[datetime]) -> list[float]:
    """The share of each touch, given their times oldest first. No touches, no shares."""
    return _RULES[model](touches) if touches else []


def _first(touches: Sequence[datetime]) -> list[float]:
    return [1.0, *([0.0] * (len(touches) - 1))]


def _last(touches: Sequence[datetime]) -> list[float]:
    return [*([0.0] * (len(touches) - 1)), 1.0]


def _linear(touches: Sequence[datetime]) -> list[float]:
    return [1 / len(touches)] * len(touches)


def _position(touches: Sequence[datetime]) -> list[float]:
    """40 % to the first, 40 % to the last, 20 % to those between; two touches share equally."""
    count = len(touches)
    if count <= 2:
        return _linear(touches)
    return [_ENDS, *([_MIDDLE / (count - 2)] * (count - 2)), _ENDS]


def _decay(touches: Sequence[datetime]) -> list[float]:
    """A touch counts half as much as one seven days later."""
    raw = [0.5 ** ((touches[-1] - at) / HALF_LIFE) for at in touches]
    return [weight / sum(raw) for weight in raw]


_RULES: Mapping[Model, Callable[[Sequence[datetime]], list[float]]] = {
    "first": _first,
    "last": _last,
    "linear": _linear,
    "position": _position,
    "decay": _decay,
}
