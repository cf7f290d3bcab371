"""The test-drive calendar as it is drawn: one row per car and per consultant, in quarters of an hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from vinloop.leads.models import DemoCar, TestDrive
from vinloop.leads.queries.consultants import Consultant

QUARTER = timedelta(minutes=15)
GAP = timedelta(minutes=30)
_DEFAULT_HOURS = (9, 18)


@dataclass(frozen=True, slots=True)
class Block:
    """A test drive in a row, from a column over some columns."""

    drive: TestDrive
    column: int
    span: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Half an hour in which a car can be booked with a click."""

    url: str
    starts_at: datetime
    column: int


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A car or a consultant with their day."""

    label: str
    detail: str
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Hour:
    """A heading over four columns."""

    label: str
    column: int


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """One day: its hours, its cars and its people."""

    hours: tuple[Hour, ...]
    columns: int
    cars: tuple[CalendarRow, ...]
    people: tuple[CalendarRow, ...]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A car with its drives on each of seven days."""

    label: str
    detail: str
    days: tuple[tuple[date, tuple[TestDrive, ...]], ...]


@dataclass(frozen=True, slots=True)
class DayInput:
    """What a day is drawn from. ``spans`` are the opening times."""

    spans: Sequence[tuple[datetime, datetime]]
    cars: Sequence[DemoCar]
    people: Sequence[Consultant]
    drives: Sequence[TestDrive]
    now: datetime


def day_calendar(day: date, given: DayInput) -> DayCalendar:
    """Draw a day from opening to closing, longer where a drive was booked outside."""
    start, end = _bounds(day, given)
    columns = int((end - start) / QUARTER)
    hours = tuple(
        Hour(f"{timezone.localtime(start + timedelta(hours=hour)):%H:%M}", hour * 4 + 1) for hour in range(columns // 4)
    )
    cars = [car for car in given.cars if car.is_active or any(d.demo_car_id == car.pk for d in given.drives)]
    return DayCalendar(
        hours,
        columns,
        tuple(_car_row(car, given, start) for car in cars),
        tuple(_person_row(person, given, start) for person in given.people),
    )


def week_rows(first: date, cars: Sequence[DemoCar], drives: Sequence[TestDrive]) -> list[WeekRow]:
    """Each car with its drives of seven days."""
    days = [first + timedelta(days=n) for n in range(7)]
    rows = []
    for car in cars:
        own = [drive for drive in drives if drive.demo_car_id == car.pk]
        if car.is_active or own:
            by_day = tuple((day, tuple(d for d in own if _local_date(d.starts_at) == day)) for day in days)
            rows.append(WeekRow(car.car_model.label, car.plate_shown, by_day))
    return rows


def booking_url(**values: object) -> str:
    """The booking form with something filled in."""
    return f"{reverse('dealer:test_drive_new')}?{urlencode({k: v for k, v in values.items() if v})}"


def _bounds(day: date, given: DayInput) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time(), timezone.get_current_timezone())
    starts = [opens for opens, _ in given.spans] + [drive.starts_at for drive in given.drives]
    ends = [closes for _, closes in given.spans] + [drive.ends_at for drive in given.drives]
    first = min(starts, default=midnight + timedelta(hours=_DEFAULT_HOURS[0]))
    last = max(ends, default=midnight + timedelta(hours=_DEFAULT_HOURS[1]))
    start = timezone.localtime(first).replace(minute=0, second=0, microsecond=0)
    hours = -(-(last - start) // timedelta(hours=1))
    return start, start + timedelta(hours=max(1, hours))


def _car_row(car: DemoCar, given: DayInput, start: datetime) -> CalendarRow:
    blocks = _blocks(given.drives, lambda drive: drive.demo_car_id == car.pk, start)
    gaps = _gaps(car, given, blocks, start) if car.is_active else ()
    return CalendarRow(car.car_model.label, car.plate_shown, blocks, gaps)


def _person_row(person: Consultant, given: DayInput, start: datetime) -> CalendarRow:
    return CalendarRow(person.label, "", _blocks(given.drives, lambda drive: drive.consultant_id == person.id, start))


def _blocks(drives: Sequence[TestDrive], is_mine: Callable[[TestDrive], bool], start: datetime) -> tuple[Block, ...]:
    mine = [drive for drive in drives if is_mine(drive)]
    return tuple(Block(d, int((d.starts_at - start) / QUARTER) + 1, _quarters(d)) for d in mine)


def _quarters(drive: TestDrive) -> int:
    return max(1, -(-(drive.ends_at - drive.starts_at) // QUARTER))


def _gaps(car: DemoCar, given: DayInput, blocks: Sequence[Block], start: datetime) -> tuple[Gap, ...]:
    taken = {column for block in blocks for column in range(block.column, block.column + block.span)}
    gaps = []
    for opens, closes in given.spans:
        at = opens
        while at + GAP <= closes:
            column = int((at - start) / QUARTER) + 1
            if at > given.now and not {column, column + 1} & taken:
                url = booking_url(car=car.pk, starts_at=f"{timezone.localtime(at):%Y-%m-%dT%H:%M}")
                gaps.append(Gap(url, at, column))
            at += GAP
    return tuple(gaps)


def _local_date(at: datetime) -> date:
    return timezone.localtime(at).date()
