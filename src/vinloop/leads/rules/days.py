"""A day of a dealer, as instants: it begins at local midnight wherever the reader is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_span(day: date, zone: str, *, days: int = 1) -> tuple[datetime, datetime]:
    """The first instant of a local day and the first one after it (after ``days`` of them)."""
    local = ZoneInfo(zone)
    return datetime.combine(day, time(), local), datetime.combine(day + timedelta(days=days), time(), local)


def local_day(at: datetime, zone: str) -> date:
    """The date an instant has in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()
