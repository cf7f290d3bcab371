"""Reading pages in tests."""

from __future__ import annotations

from typing import Any

import lxml.html


def tree_of(page: bytes) -> Any:
    """The page as a tree. Untyped: to the library's stubs every answer of ``xpath`` may be anything."""
    return lxml.html.fromstring(page)
