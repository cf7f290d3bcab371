"""Times as people read them: relative words, an urgency that is also a word, the exact time on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Urgency = Literal["overdue", "soon", "later"]
Direction = Literal["past", "future", "overdue"]

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_SOON = timedelta(minutes=30)
_DATE_AFTER_DAYS = 7  # "9 d ago" makes people count; a date does not

# Translators: {n} is a whole number; keep the words as short as on a wall clock.
_WORDS: dict[str, str | Promise] = {
    "past.now": gettext_lazy("just now"),
    "past.min": gettext_lazy("{n} min ago"),
    "past.h": gettext_lazy("{n} h ago"),
    "past.d": gettext_lazy("{n} d ago"),
    "future.now": gettext_lazy("in less than a minute"),
    "future.min": gettext_lazy("in {n} min"),
    "future.h": gettext_lazy("in {n} h"),
    "future.d": gettext_lazy("in {n} d"),
    "overdue.now": gettext_lazy("due now"),
    "overdue.min": gettext_lazy("overdue {n} min"),
    "overdue.h": gettext_lazy("overdue {n} h"),
    "overdue.d": gettext_lazy("overdue {n} d"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline seen from now."""

    words: str
    urgency: Urgency


def clock_words() -> dict[str, str]:
    """The words which the browser's running clocks use, in the reader's language."""
    return {key: str(words) for key, words in _WORDS.items()}


def ago_words(at: datetime, now: datetime) -> str:
    """``3 min ago``; older than a week gives the date; a time in the future gives ``in 3 min``."""
    seconds = int((now - at).total_seconds())
    if abs(seconds) > _DATE_AFTER_DAYS * _DAY:
        return f"{timezone.localtime(at):%Y-%m-%d}"
    return _spell("past", seconds) if seconds >= 0 else _spell("future", -seconds)


def due_in(at: datetime, now: datetime, soon: timedelta = _SOON) -> Due:
    """``in 12 min`` or ``overdue 3 h``; within ``soon`` before the deadline it is urgent."""
    seconds = int((at - now).total_seconds())
    if seconds <= 0:
        return Due(_spell("overdue", -seconds), "overdue")
    urgency: Urgency = "soon" if at - now <= soon else "later"
    return Due(_spell("future", seconds), urgency)


def exact(at: datetime) -> str:
    """The full time in the reader's time zone, with the zone's name."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M} ({timezone.get_current_timezone_name()})"


def day_words(at: datetime, now: datetime) -> str:
    """The heading of a day in a timeline: ``Today``, ``Yesterday`` or the date with its weekday."""
    day, today = timezone.localtime(at).date(), timezone.localtime(now).date()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "Y-m-d l")


def _spell(direction: Direction, seconds: int) -> str:
    unit, size = _unit(seconds)
    return str(_WORDS[f"{direction}.{unit}"]).replace("{n}", str(seconds // size))


def _unit(seconds: int) -> tuple[str, int]:
    for unit, size, limit in (("now", 1, _MINUTE), ("min", _MINUTE, _HOUR), ("h", _HOUR, 2 * _DAY)):
        if seconds < limit:
            return unit, size
    return "d", _DAY
