"""Free times for a test drive: the dealer is open, a car is there and somebody can come along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(minutes=30)
DEFAULT_MINUTES = 45
LEAST_MINUTES, MOST_MINUTES = 10, 240


@dataclass(frozen=True, slots=True)
class Busy:
    """A car and a consultant are out together."""

    demo_car_id: int
    consultant_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A time at which a test drive can start, with the cars and consultants that are free for it."""

    starts_at: datetime
    ends_at: datetime
    demo_car_ids: tuple[int, ...]
    consultant_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Resources:
    """What a dealer has for test drives, by id."""

    demo_car_ids: Sequence[int]
    consultant_ids: Sequence[int]


def free_slots(
    spans: Iterable[tuple[datetime, datetime]], resources: Resources, busy: Sequence[Busy], *, minutes: int
) -> list[FreeSlot]:
    """Every start on the half hour within the opening times, where at least one car and one consultant are free."""
    found = []
    for starts_at, ends_at in _starts(spans, timedelta(minutes=minutes)):
        out = [each for each in busy if each.starts_at < ends_at and each.ends_at > starts_at]
        cars = _without(resources.demo_car_ids, {each.demo_car_id for each in out})
        people = _without(resources.consultant_ids, {each.consultant_id for each in out})
        if cars and people:
            found.append(FreeSlot(starts_at, ends_at, cars, people))
    return found


def _starts(spans: Iterable[tuple[datetime, datetime]], length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in spans:
        start = opens
        while start + length <= closes:
            yield start, start + length
            start += STEP


def _without(ids: Sequence[int], taken: set[int]) -> tuple[int, ...]:
    return tuple(each for each in ids if each not in taken)
