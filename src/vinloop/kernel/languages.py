"""Which of the two names a thing has its reader sees."""

from __future__ import annotations

from django.utils.translation import get_language


def reads_chinese() -> bool:
    """Whether whoever reads now has chosen Chinese."""
    return (get_language() or "en").startswith("zh")


def in_language(chinese: str, english: str) -> str:
    """The text for the reader's language, falling back to the other when one is missing."""
    return (chinese or english) if reads_chinese() else (english or chinese)
