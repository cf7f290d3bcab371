"""What a browser calls itself, in two words a person recognises."""

from __future__ import annotations

from typing import Final

# The order matters: Edge calls itself Chrome, and Chrome calls itself Safari.
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """``Firefox · Windows``; the beginning of the text itself for a program nobody knows."""
    found = [_first(user_agent, marks) for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in found if word) or user_agent[:40]


def _first(user_agent: str, marks: tuple[tuple[str, str], ...]) -> str:
    return next((word for mark, word in marks if mark in user_agent), "")
