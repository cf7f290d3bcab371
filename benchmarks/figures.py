"""The figures, each with its goal and whether it is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import bulk, creating, pages, watching

Figure = Callable[[int, int, int], dict[str, Any]]

FIGURES: dict[str, Figure] = {
    "pages_headquarters": pages.headquarters,
    "pages_dealer": pages.dealer,
    "boards_headquarters": pages.boards_headquarters,
    "boards_dealer": pages.boards_dealer,
    "lead_creation": creating.creation_ratio,
    "import_csv": bulk.import_csv,
    "import_adf": bulk.import_adf,
    "dispatch": bulk.dispatch,
    "live": watching.live_delay,
}


def measure(*, port: int, rows: int, runs: int, only: list[str]) -> dict[str, dict[str, Any]]:
    """Measure the figures asked for, all of them by default."""
    return {name: figure(port, rows, runs) for name, figure in FIGURES.items() if not only or name in only}
