"""The figures of matching as a page: ``python -m benchmarks.report FIGURES.json --out docs/matching-quality.md``.

``FIGURES.json`` is what ``python -m benchmarks --only identity`` printed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HEAD = """# How well matching works

Written by `python -m benchmarks.report`; do not edit. The figures come from the product's own path: a file is imported,
resolved in full and its links are held against the truth, each time on a new database. A *pair* is two records of one
customer. **Precision**: of the pairs found, those that are right. **Recall**: of the true pairs, those found. **F1** is
the harmonic mean of both. [How matching decides](data-stewards.md)

The made-up dealers (`benchmarks/people.py`) are the check that the settings were not fitted to one file: other names,
streets, habits and slips, by seed and degree of noise (1 is what lists look like). Households share phones, firms have
fleets and drivers, cars change hands, phone numbers are handed out again, and one story of twenty-five puts two people
of one name into one district, which costs more precision than all other stories together.
"""
_SETS = {
    "identity_owners": "Owners (sample data)",
    "identity_growing": "Owners, an eighth of them coming later",
    "identity_febrl": "FEBRL",
    "identity_people": "Made-up dealers",
}
_SPEEDS = ("identity_220k", "identity_million")


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    told = json.loads(options.figures.read_text())
    options.out.write_text("\n".join(_lines(told)) + "\n", encoding="utf-8")


def _lines(told: dict[str, Any]) -> Iterator[str]:
    figures = told["figures"]
    yield _HEAD
    yield from _quality({name: figures[name] for name in _SETS if "skipped" not in figures.get(name, {"skipped": ""})})
    yield from _by_source({name: figures[name] for name in _SETS if name in figures})
    yield from _speed({name: figures[name] for name in _SPEEDS if name in figures})
    machine = told["machine"]
    yield f"\nMeasured on {machine['cores']} cores, {machine['memory_gib']} GiB, Python {machine['python']}."


def _quality(figures: dict[str, Any]) -> Iterator[str]:
    yield "| data | records | precision | recall | F1 | largest customer (true) | goal |"
    yield "|---|---|---|---|---|---|---|"
    for name, found in figures.items():
        for part, each in _parts(found):
            label = ", ".join(filter(None, (_SETS[name], part)))
            scores = " | ".join(f"{each[key]:.4f}" for key in ("precision", "recall", "f1"))
            largest = f"{each['largest']} ({each['largest_true']})"
            yield f"| {label} | {each['records']:,} | {scores} | {largest} | {found['goal']} |"


def _by_source(figures: dict[str, Any]) -> Iterator[str]:
    rows = [
        (_SETS[name], part, pair, each)
        for name, found in figures.items()
        for part, scores in _parts(found)
        for pair, each in list(scores.get("worst_source_pairs", {}).items())[:5]
    ]
    if rows:
        yield "\n## Where it is hardest\n\nThe five pairs of sources with the lowest F1 of each data set.\n"
        yield "| data | sources | precision | recall | F1 |\n|---|---|---|---|---|"
    for label, part, pair, each in rows:
        scores = " | ".join(f"{each[key]:.4f}" for key in ("precision", "recall", "f1"))
        yield f"| {', '.join(filter(None, (label, part)))} | {pair} | {scores} |"


def _speed(figures: dict[str, Any]) -> Iterator[str]:
    if figures:
        yield "\n## How fast\n"
        yield "| records | import, rows/s | resolve | peak memory | 1,000 more | on-line p95 |"
        yield "|---|---|---|---|---|---|"
    for found in figures.values():
        resolved, more = found["resolve"], found["next_rows"]
        yield (
            f"| {found['records']:,} | {found['import']['rows_per_second']:,} | {resolved['seconds']} s"
            f" | {resolved['peak_mib']:,} MiB | {more['seconds']} s | {found['online']['ms_p95']} ms |"
        )


def _parts(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "f1" in found:
        yield "", found
    yield from ((name, each) for name, each in found.items() if isinstance(each, dict) and "f1" in each)


if __name__ == "__main__":
    main()
