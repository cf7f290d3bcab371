"""Pure decisions: who wants which fact, what is told of it, and when to try again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

PING: Final = "webhooks.ping"
# Standard Webhooks, "Retry schedule": the pauses after the first, second … failed attempt.
PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
LONGEST_HOLD: Final = timedelta(minutes=5)
GONE: Final = 410


def wants(patterns: Iterable[str], kind: str) -> bool:
    """Whether one of the patterns covers the kind: ``*``, ``leads.*`` or the kind itself."""
    module = kind.partition(".")[0]
    return any(pattern in ("*", f"{module}.*", kind) for pattern in patterns)


def unknown_patterns(patterns: Iterable[str], kinds: Iterable[str]) -> list[str]:
    """Patterns which can never match any of the kinds."""
    known = list(kinds)
    return [pattern for pattern in patterns if not any(wants([pattern], kind) for kind in known)]


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; ``None`` when it is given up."""
    return PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else None


def message_of(kind: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a delivery. Our row numbers mean nothing outside and would tell volumes: they are left out."""
    told = {name: value for name, value in data.items() if not name.endswith("_id")}
    return {"type": kind, "timestamp": at.isoformat(), "data": told}
