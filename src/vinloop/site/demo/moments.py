"""Moments of the demo: the seasons and hours in which leads come, and business time forwards and backwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from vinloop.kernel.clocks import Schedule, add_business_minutes, business_seconds_between

# Car sales in China: quiet around the new year holidays, strong in the "golden" autumn and at the end of the year.
_MONTHS = (0.9, 0.6, 1.0, 1.0, 1.05, 1.0, 0.9, 0.95, 1.25, 1.3, 1.15, 1.2)
_WEEKDAYS = (0.85, 0.85, 0.85, 0.9, 1.0, 1.35, 1.3)
_HOURS = (1, 0.5, 0.3, 0.2, 0.2, 0.3, 1, 2, 4, 6, 7, 6, 5, 5, 6, 6, 6, 5, 5, 6, 7, 7, 5, 3)
_STEP = timedelta(minutes=5)
_LONGEST_SEARCH = timedelta(days=14)


def arrivals(rng: Random, *, since: datetime, until: datetime, count: int, zone: str) -> list[datetime]:
    """``count`` moments between two, in order, with the shape of the year, the week and the day."""
    place = ZoneInfo(zone)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    weights = [_MONTHS[day.month - 1] * _WEEKDAYS[day.astimezone(place).weekday()] for day in days]
    found: list[datetime] = []
    while len(found) < count:
        day = rng.choices(days, weights)[0].astimezone(place)
        hour = rng.choices(range(24), _HOURS)[0]
        at = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        if since <= at < until:
            found.append(at.astimezone(ZoneInfo("UTC")))
    return sorted(found)


def showroom_hours(rng: Random, shop_schedule: Schedule, day: datetime) -> datetime | None:
    """A moment of the local day at which the doors are open; ``None`` on a closed day."""
    place = ZoneInfo(shop_schedule.timezone)
    local = day.astimezone(place)
    intervals = shop_schedule.intervals_on(local.date())
    if not intervals:
        return None
    opens, closes = intervals[0]
    minute = rng.triangular(opens, closes, (opens + 2 * closes) / 3)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(minutes=int(minute), seconds=rng.randrange(60))).astimezone(ZoneInfo("UTC"))


def later(schedule: Schedule, at: datetime, minutes: float, rng: Random) -> datetime:
    """Some business minutes later, not on the full minute."""
    return add_business_minutes(schedule, at, int(minutes)) + timedelta(seconds=rng.randrange(5, 55))


def in_hours(schedule: Schedule, at: datetime, rng: Random) -> datetime:
    """The moment itself when somebody is there, else soon after the next opening."""
    return later(schedule, at, rng.randrange(1, 40), rng)


def business_ago(schedule: Schedule, now: datetime, minutes: int) -> datetime:
    """The latest five-minute step back from ``now`` since which the business minutes have passed."""
    at = now - timedelta(minutes=minutes)
    while business_seconds_between(schedule, at, now) < minutes * 60 and now - at < _LONGEST_SEARCH:
        at -= _STEP
    return at
