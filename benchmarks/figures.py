"""The figures, each with its goal and whether it is met."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import bulk, creating, identity, longest, pages, watching

Figure = Callable[[int, int, int], dict[str, Any]]

FIGURES: dict[str, Figure] = {
    "pages_headquarters": pages.headquarters,
    "pages_dealer": pages.dealer,
    "customer_headquarters": longest.headquarters,
    "customer_dealer": longest.dealer,
    "boards_headquarters": pages.boards_headquarters,
    "boards_dealer": pages.boards_dealer,
    "lead_creation": creating.creation_ratio,
    "import_csv": bulk.import_csv,
    "import_adf": bulk.import_adf,
    "dispatch": bulk.dispatch,
    "live": watching.live_delay,
    "identity_owners": identity.owners,
    "identity_growing": identity.growing,
    "identity_febrl": identity.febrl,
    "identity_people": identity.people,
    "identity_220k": identity.speed_of(220_000, 180, 3 * 1024),
    "identity_million": identity.speed_of(1_000_000, 1_200, 8 * 1024),
}
# These bring their own data and need no server.
ALONE = "identity"


def measure(*, port: int, rows: int, runs: int, only: list[str]) -> dict[str, dict[str, Any]]:
    """Measure the figures asked for, all of them by default."""
    found = {}
    for name, figure in FIGURES.items():
        if is_asked(name, only):
            found[name] = figure(port, rows, runs)
            print(
                json.dumps({name: found[name]}, ensure_ascii=False), file=sys.stderr
            )  # a run that is broken off keeps it
    return found


def is_asked(name: str, only: list[str]) -> bool:
    """Whether a figure is asked for: by its name, or by how its name begins (``identity``, ``pages``)."""
    return not only or any(name == each or name.startswith(f"{each}_") for each in only)


def need_server(only: list[str]) -> bool:
    """Whether any figure asked for measures the base of many leads through the web process."""
    return any(is_asked(name, only) and not name.startswith(ALONE) for name in FIGURES)
