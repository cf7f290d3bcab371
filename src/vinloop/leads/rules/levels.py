"""Intention levels: how soon somebody expects to order, and how often the dealer follows up (DOMAIN.md §2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_LEVEL_DAYS: Mapping[str, int] = {"H": 7, "A": 15, "B": 30, "C": 90}
DEFAULT_CADENCE_DAYS: Mapping[str, int] = {"H": 2, "A": 5, "B": 10, "C": 15}
LATER, NEW = "L", "N"
_CALL_HOUR = time(9, 30)

_NOW = re.compile(r"(?i)\b(now|today|immediately|asap|this week)\b|立即|马上|尽快|今天|本周|一周内")
_SPAN = re.compile(
    r"(?i)(?:(\d{1,3})\s*[-–~至到]\s*)?(\d{1,3}|一|两|二|三|六|半)?\s*个?\s*"
    r"(hours?|days?|weeks?|months?|years?|小时|天|日|周|星期|月|年)"
)
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "六": 6}
_DAYS = {"h": 1, "d": 1, "w": 7, "m": 30, "y": 365, "小": 1, "天": 1, "日": 1, "周": 7, "星": 7, "月": 30, "年": 365}


def level_for(days: int | None, limits: Mapping[str, int] = DEFAULT_LEVEL_DAYS) -> str:
    """The level of somebody who orders within ``days``; N when the timeframe is not known, L when it is far off."""
    if days is None:
        return NEW
    for level in sorted(limits, key=lambda name: limits[name]):
        if days <= limits[level]:
            return level
    return LATER


def is_hot(*, is_verified: bool, days: int | None, limit_days: int = 90) -> bool:
    """A hot lead: contact verified, and plans to buy within three months (R30)."""
    return is_verified and days is not None and days <= limit_days


def days_from_text(text: str) -> int | None:
    """How many days off a stated timeframe is at the latest, from words people write; ``None`` when they don't say."""
    if not text:
        return None
    if _NOW.search(text):
        return 7
    found = _SPAN.search(text)
    if not found:
        return None
    return _count(found.group(2)) * _unit_days(found.group(3))


def _count(text: str | None) -> int:
    if not text or text == "半":
        return 1
    return _NUMBERS.get(text) or int(text)


def _unit_days(unit: str) -> int:
    return _DAYS[unit[0].lower()]


def next_follow_up(
    level: str, at: datetime, zone: str, cadence: Mapping[str, int] = DEFAULT_CADENCE_DAYS
) -> datetime | None:
    """When the dealer should speak to the customer again, at 09:30 local time; ``None`` for levels without cadence."""
    days = cadence.get(level)
    if days is None:
        return None
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=days), _CALL_HOUR, local.tzinfo)


def expected_order_date(at: datetime, days: int | None, zone: str) -> date | None:
    """The day by which the customer expects to order."""
    return None if days is None else at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
