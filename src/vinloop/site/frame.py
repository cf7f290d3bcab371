"""What every page's frame shows: menu, organisation, language. Rooms fill the menu in their ``apps.py``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame."""
    return {}
