"""The days a figure is about, and the days it is compared with; whole local days in the reader's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PRESETS = ("this_month", "last_month", "30d", "90d", "quarter", "year")
DEFAULT = "30d"
CUSTOM = "custom"
LONGEST_DAYS = 1100  # three years: longer spans are a matter for a warehouse


@dataclass(frozen=True, slots=True)
class Span:
    """An instant span, the end not included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` to ``last``, both included, and the span ``before`` it is compared with.

    A period that still runs is compared with as much of the one before as has passed of itself: ten days of this
    month with the first ten days of the last.
    """

    key: str
    first: date
    last: date
    zone: str
    before: Span

    @property
    def start(self) -> datetime:
        """The first instant."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def period_named(key: str, at: datetime, zone: str) -> Period:
    """One of ``PRESETS`` as of ``at``; an unknown name is the default. Running periods end today."""
    today = at.astimezone(ZoneInfo(zone)).date()
    if key == "last_month":
        last = today.replace(day=1) - timedelta(days=1)
        return _period(key, last.replace(day=1), last, at, zone)
    starts = {
        "this_month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
        "90d": today - timedelta(days=89),
    }
    known = key if key in starts else DEFAULT
    return _period(known, starts.get(known, today - timedelta(days=29)), today, at, zone)


def custom_period(first: date, last: date, at: datetime, zone: str) -> Period:
    """Any days; turned around when given the wrong way, and cut to ``LONGEST_DAYS``."""
    first, last = min(first, last), max(first, last)
    return _period(CUSTOM, max(first, last - timedelta(days=LONGEST_DAYS - 1)), last, at, zone)


def _period(key: str, first: date, last: date, at: datetime, zone: str) -> Period:
    start, end = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    previous = _midnight(_first_before(key, first, last), zone)
    elapsed = min(end, max(at, start)) - start
    return Period(key, first, last, zone, Span(previous, min(previous + elapsed, start)))


def _first_before(key: str, first: date, last: date) -> date:
    """The first day of the period before: the calendar's for months, quarters and years, else as many days."""
    months = {"this_month": 1, "last_month": 1, "quarter": 3, "year": 12}.get(key)
    if months is None:
        return first - (last - first) - timedelta(days=1)
    month = first.year * 12 + first.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
