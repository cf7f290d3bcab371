"""What records say about one car, and what has to change for it to be kept so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from vinloop.kernel.identifiers import Vin, fold
from vinloop.vehicles.source_words import OWNER, role_of
from vinloop.vehicles.spans import Said, Span, spans_of

MOST_RECORDS = 60  # a number in more records than this is no car's: a default somebody typed to get on
_FEWEST_CHARACTERS = 4  # of a VIN that was meant, the 17 places hold at least so many different ones
_LONGEST_PLATE, _LONGEST_MAKE, _LONGEST_TEXT = 12, 60, 80


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a customer that names the car. ``heard`` is the day it came in, ``as_of`` what it claims (ISO)."""

    customer_id: int
    role: str
    as_of: str
    heard: date
    plate: str
    model: str

    @property
    def day(self) -> date:
        """The day it speaks of: nobody can have known what comes later than the record."""
        try:
            return min(date.fromisoformat(self.as_of), self.heard)
        except ValueError:
            return self.heard


@dataclass(frozen=True, slots=True)
class Row:
    """A part in the car as it is stored; ``is_stated`` by a delivery or a person."""

    id: int
    span: Span
    is_stated: bool


@dataclass(slots=True)
class Car:
    """A car as it is stored (``id`` 0: not yet), with everybody's part in it."""

    vin: str
    id: int = 0
    plate: str = ""
    make_text: str = ""
    model_text: str = ""
    model_year: int | None = None
    sold_by_id: int | None = None
    is_delivered: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the car itself."""

    plate: str
    make_text: str
    model_text: str
    model_year: int | None


@dataclass(slots=True)
class Change:
    """What has to be written for one car; ``is_fresh`` when it was not known before."""

    car: Car
    facts: Facts
    is_fresh: bool
    gone: list[Row] = field(default_factory=list)
    moved: list[tuple[int, Span]] = field(default_factory=list)
    new: list[Span] = field(default_factory=list)

    @property
    def is_known_differently(self) -> bool:
        """Whether the car itself is told of differently."""
        car = self.car
        return self.facts != Facts(car.plate, car.make_text, car.model_text, car.model_year)

    @property
    def is_needed(self) -> bool:
        """Whether anything differs from what is stored; a car nobody has a part in need not be known."""
        parts = bool(self.gone or self.moved or self.new)
        return parts or (not self.is_fresh and self.is_known_differently)


def change_of(car: Car, records: Sequence[Record]) -> Change:
    """What records change about a car. Too many of them, or a number that is none, say nothing."""
    heard = records if is_telling(car.vin) and len(records) <= MOST_RECORDS else ()
    stated = [row.span for row in car.rows if row.is_stated]
    spans = spans_of([Said(each.customer_id, role_of(each.role), each.day) for each in heard], stated)
    change = Change(car, _facts(car, heard, [*spans, *stated]), is_fresh=not car.id)
    _compare(change, [row for row in car.rows if not row.is_stated], spans)
    return change


def is_telling(vin: str) -> bool:
    """Whether a well-formed VIN can be one: a row of ones is what somebody types to get on."""
    return len(set(vin)) >= _FEWEST_CHARACTERS


def _compare(change: Change, rows: Sequence[Row], spans: Sequence[Span]) -> None:
    """Rows keep their ids as far as they can: the journal of merges knows them by these."""
    if not rows:
        change.new.extend(spans)
        return
    for had, wanted in _paired(rows, spans):
        if had is None and wanted is not None:
            change.new.append(wanted)
        elif had is not None and wanted is None:
            change.gone.append(had)
        elif had is not None and wanted is not None and had.span != wanted:
            change.moved.append((had.id, wanted))


def _paired(rows: Sequence[Row], spans: Sequence[Span]) -> Iterator[tuple[Row | None, Span | None]]:
    parts = dict.fromkeys((s.customer_id, s.role) for s in [*(row.span for row in rows), *spans])
    for part in parts:
        had = sorted((r for r in rows if (r.span.customer_id, r.span.role) == part), key=lambda r: (r.span.since, r.id))
        wanted = sorted((s for s in spans if (s.customer_id, s.role) == part), key=lambda s: s.since)
        for place in range(max(len(had), len(wanted))):
            yield (had[place] if place < len(had) else None, wanted[place] if place < len(wanted) else None)


def _facts(car: Car, records: Sequence[Record], spans: Sequence[Span]) -> Facts:
    """What is stored stays, but for the plate of a car nobody delivered: that is whose the car is now."""
    newest = sorted(records, key=lambda each: each.day, reverse=True)
    model = next((text for each in newest if (text := fold(each.model)[:_LONGEST_TEXT])), "")
    plate = car.plate if car.is_delivered and car.plate else _plate(newest, spans)
    vin = Vin(car.vin)
    year = vin.model_year(newest[-1].day.year) if newest else None
    return Facts(
        plate,
        car.make_text or (vin.manufacturer or "")[:_LONGEST_MAKE],
        car.model_text or model,
        car.model_year or year,
    )


def _plate(newest: Sequence[Record], spans: Sequence[Span]) -> str:
    """What the newest record of today's owner says, or without one that of whoever has a part in the car today."""
    now = [span for span in spans if span.until is None]
    holders = {span.customer_id for span in now if span.role == OWNER} or {span.customer_id for span in now}
    return next((each.plate[:_LONGEST_PLATE] for each in newest if each.plate and each.customer_id in holders), "")
