"""What commands say, and how they fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any


class CommandError(Exception):
    """The command cannot do what was asked; the message says why and what to do."""


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def complain(line: str) -> None:
    sys.stderr.write(f"vinloop: {line}\n")
    sys.stderr.flush()


def say_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A small table with aligned columns; Chinese characters take two places."""
    widths = [max(_width(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        say(f"  {'  '.join(cells).rstrip()}")


def _width(text: str) -> int:
    return sum(2 if ord(letter) >= 0x1100 else 1 for letter in text)
