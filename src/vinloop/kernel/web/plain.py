"""A cell of a list as plain text, for readers that show no HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_NOTHING = "vl-none"


def plain_text(cell: StrOrPromise | SafeString) -> str:
    """What a piece of ``kernel.web.cells`` says: a moment as ISO 8601, lines with a dot between, nothing as nothing."""
    if not isinstance(cell, SafeString):
        return str(cell)
    reader = _Reader()
    reader.feed(cell)
    reader.close()
    return " · ".join(reader.pieces)


class _Reader(HTMLParser):
    """Collects the words between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._is_told = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A moment is told by its attribute, and a mark for nothing tells nothing: their words are left out."""
        told = dict(attrs)
        moment = told.get("datetime") if tag == "time" else None
        if moment:
            self.pieces.append(moment)
        self._is_told = bool(moment) or told.get("class") == _NOTHING

    def handle_endtag(self, tag: str) -> None:
        """Words count again."""
        self._is_told = False

    def handle_data(self, data: str) -> None:
        """One line of the cell."""
        if data.strip() and not self._is_told:
            self.pieces.append(data.strip())
