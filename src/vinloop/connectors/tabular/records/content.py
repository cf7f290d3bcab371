"""The bytes of a file, wherever they lie, read as often as needed."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Content:
    """A file on disk or bytes in hand, and what it is called."""

    name: str
    where: Path | bytes

    def open(self) -> BinaryIO:
        """The bytes from the beginning."""
        return self.where.open("rb") if isinstance(self.where, Path) else BytesIO(self.where)

    @property
    def size(self) -> int:
        """In bytes."""
        return self.where.stat().st_size if isinstance(self.where, Path) else len(self.where)

    def head(self, count: int) -> bytes:
        """The first bytes."""
        with self.open() as file:
            return file.read(count)

    def whole(self) -> bytes:
        """All bytes at once, for formats that can't be read in pieces."""
        return self.where.read_bytes() if isinstance(self.where, Path) else self.where


def content_of(path: Path) -> Content:
    """A file on disk under its own name."""
    return Content(path.name, path)
