"""Cars and people's parts in them, read from the source records of customers after identity resolution.

A VIN joins nobody: who is one customer was decided before, and a used car has one owner after the other. Everything is
read anew for the cars of the customers a run touched, in chunks: a fixed number of statements each, whatever the rows
say. What deliveries and persons stated is never touched (``Ownership.origin``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import connection

from vinloop.customers.models import Customer, Source
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.db.bulk import as_records, insert_rows, lock_keys, recordset, run_prepared
from vinloop.kernel.models import SearchEntry
from vinloop.vehicles.actions.car_search import forget_owners, index_cars, index_owners
from vinloop.vehicles.models import Ownership
from vinloop.vehicles.queries import resolve_model
from vinloop.vehicles.recorded_cars import MOST_RECORDS, Car, Change, Record, Row, change_of
from vinloop.vehicles.source_words import MODEL_HEADINGS
from vinloop.vehicles.spans import Span

CHUNK = 5_000
LOCK = 0x5649_4E43_4152  # "VINCAR": two runs must not both add what is missing
Progress = Callable[[str, int, int], None]
_NAMED = "SELECT DISTINCT vin FROM customers_sourcerecord WHERE customer_id = ANY (%s::bigint[]) AND vin <> ''"
_HELD = (
    "SELECT DISTINCT vehicle_id FROM vehicles_ownership WHERE customer_id = ANY (%s::bigint[]) AND origin = 'records'"
)
_OF_HELD = "SELECT vin FROM vehicles_vehicle WHERE id = ANY (%s::bigint[])"
# One look into the index per VIN, which stops where a number turns out to be nobody's: row-level security would
# make PostgreSQL expect a handful of rows and choose another way for thousands.
_SAID = f"""
SELECT v.vin, r.customer_id, r.standard->>'role', r.standard->>'as_of',
  coalesce(r.changed_at, r.received_at)::date, r.standard->>'plate',
  coalesce({", ".join(f"nullif(r.payload->>'{heading}', '')" for heading in MODEL_HEADINGS)}, '')
FROM unnest(%(vins)s::text[]) AS v(vin) CROSS JOIN LATERAL (
  SELECT * FROM customers_sourcerecord s
  WHERE s.vin = v.vin AND s.vin <> '' AND s.customer_id IS NOT NULL AND s.source = ANY (%(sources)s::text[])
  LIMIT {MOST_RECORDS + 1}
) r
"""
_CARS = """
SELECT vin, id, plate, make_text, model_text, model_year, sold_by_id, delivery_date IS NOT NULL
FROM vehicles_vehicle WHERE vin = ANY (%s::text[])
"""
_ROWS = """
SELECT vehicle_id, id, customer_id, role, since, until, origin <> 'records'
FROM vehicles_ownership WHERE vehicle_id = ANY (%s::bigint[]) ORDER BY id
"""
_HOLD = "SELECT id FROM vehicles_vehicle WHERE id = ANY (%s::bigint[]) ORDER BY id FOR UPDATE"
_KNOWN = {
    "plate": "text",
    "make_text": "text",
    "model_text": "text",
    "model_year": "smallint",
    "car_model_id": "bigint",
}
_NEW = {"vin": "text", "trim": "text", "colour": "text", "created_at": "timestamptz", **_KNOWN}
_CHANGED = {"id": "bigint", **_KNOWN}
_PART = {
    "vehicle_id": "bigint", "customer_id": "bigint", "role": "text", "since": "date", "until": "date", "origin": "text",
}  # fmt: skip
_MOVED = {"id": "bigint", "since": "date", "until": "date"}
_EMPTY = """
DELETE FROM vehicles_vehicle v WHERE v.id = ANY (%s::bigint[]) AND v.sold_by_id IS NULL AND v.delivery_date IS NULL
AND NOT EXISTS (SELECT FROM vehicles_ownership o WHERE o.vehicle_id = v.id) RETURNING v.id
"""


def derive_ownerships(*, actor: Actor, at: datetime, since: datetime | None, progress: Progress | None = None) -> int:
    """Read the cars of all customers changed ``since`` then (None: of all); answers how many cars changed.

    Runs outside a transaction, as an actor that sees all rows; every chunk is a transaction of its own.
    """
    changed, done, after = 0, 0, 0
    while True:
        with acting(actor):
            ids = _customers(after, since)
            if not ids:
                return changed
            changed += derive_ownerships_of(customer_ids=ids, at=at)
        after, done = ids[-1], done + len(ids)
        if progress:
            progress("cars", done, done)


def derive_ownerships_of(*, customer_ids: Sequence[int], at: datetime) -> int:
    """Read the cars of these customers, in the caller's transaction; the caller sees all rows.

    Answers how many cars changed.
    """
    lock_keys([LOCK])
    vins = _vins(list(customer_ids))
    return read_cars(vins=vins, at=at) if vins else 0


def read_cars(*, vins: Sequence[str], at: datetime) -> int:
    """Read these cars anew, in the caller's transaction; the caller sees all rows. Answers how many changed."""
    changes = _changes(vins)
    known = [each.car for each in changes if not each.is_fresh]
    if known:
        # Somebody may be stating a part in one of them just now: hold the cars, and look again.
        _run(_HOLD, sorted(car.id for car in known))
        changes = [*(each for each in changes if each.is_fresh), *_changes([car.vin for car in known])]
    _write(changes, at)
    return len(changes)


def forget_empty(vehicle_ids: Sequence[int]) -> int:
    """Remove cars nobody delivered and nobody has a part in any more; answers how many."""
    gone = [row[0] for row in run_prepared(_EMPTY, [list(vehicle_ids)])]
    SearchEntry.objects.filter(kind="vehicle", object_id__in=gone).delete()
    return len(gone)


def _customers(after: int, since: datetime | None) -> list[int]:
    rows = Customer.objects.filter(pk__gt=after)
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _vins(customer_ids: list[int]) -> list[str]:
    """The cars their records name, and those earlier ones named. Never joined: PostgreSQL would read all cars."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [customer_ids])
        found = {row[0] for row in cursor.fetchall()}
        cursor.execute(_HELD, [customer_ids])
        held = [row[0] for row in cursor.fetchall()]
        cursor.execute(_OF_HELD, [held])
        return sorted(found | {row[0] for row in cursor.fetchall()})


def _changes(vins: Sequence[str]) -> list[Change]:
    cars, said = _cars(vins), _said(vins)
    found = (change_of(cars.get(vin) or Car(vin), said.get(vin, ())) for vin in sorted(vins))
    return [each for each in found if each.is_needed]


def _said(vins: Sequence[str]) -> dict[str, list[Record]]:
    """What registered sources say. What came through a door is left out: there anybody may type any VIN."""
    sources = list(Source.objects.exclude(kind=Source.Kind.DOOR).values_list("code", flat=True))
    found: dict[str, list[Record]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"vins": list(vins), "sources": sources})
        for vin, customer_id, role, as_of, heard, plate, model in cursor.fetchall():
            record = Record(customer_id, role or "", as_of or "", heard, plate or "", model)
            found.setdefault(vin, []).append(record)
    return found


def _cars(vins: Sequence[str]) -> dict[str, Car]:
    with connection.cursor() as cursor:
        cursor.execute(_CARS, [list(vins)])
        cars = {row[0]: Car(*row) for row in cursor.fetchall()}
        by_id = {car.id: car for car in cars.values()}
        cursor.execute(_ROWS, [list(by_id)])
        for vehicle_id, row_id, customer_id, role, since, until, is_stated in cursor.fetchall():
            by_id[vehicle_id].rows.append(Row(row_id, Span(customer_id, role, since, until), is_stated))
    return cars


def _write(changes: Sequence[Change], at: datetime) -> None:
    """Ends before beginnings: at no moment a car has two owners."""
    if not changes:
        return
    _write_cars(changes, at)
    gone = [row.id for each in changes for row in each.gone]
    if gone:
        Ownership.objects.filter(pk__in=gone, origin=Ownership.Origin.RECORDS).delete()
    moved = [part for each in changes for part in each.moved]
    _move([(row_id, span) for row_id, span in moved if span.until is not None])
    _move([(row_id, span) for row_id, span in moved if span.until is None])
    insert_rows(
        "vehicles_ownership", _PART,
        [
            (each.car.id, span.customer_id, span.role, span.since, span.until, "records")
            for each in changes for span in each.new if each.car.id
        ],
        on_conflict="DO NOTHING",
    )  # fmt: skip
    _write_search(changes)
    forget_empty([each.car.id for each in changes if each.gone])


def _move(parts: Sequence[tuple[int, Span]]) -> None:
    if parts:
        _run(
            "UPDATE vehicles_ownership o SET since = t.since, until = t.until"
            f" FROM {recordset(_MOVED)} WHERE o.id = t.id AND o.origin = 'records'",
            as_records(_MOVED, [(row_id, span.since, span.until) for row_id, span in parts]),
        )


def _run(sql: str, argument: str | list[int]) -> None:
    """Planned each time: a plan kept from when the tables were small would read them whole later on."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [argument])


def _write_cars(changes: Sequence[Change], at: datetime) -> None:
    known = [each for each in changes if each.car.id and each.is_known_differently]
    _make([each for each in changes if not each.car.id], at)
    if known:
        _run(
            "UPDATE vehicles_vehicle v SET plate = t.plate, make_text = t.make_text, model_text = t.model_text,"
            " model_year = t.model_year, car_model_id = coalesce(v.car_model_id, t.car_model_id)"
            f" FROM {recordset(_CHANGED)} WHERE v.id = t.id",
            as_records(_CHANGED, [(each.car.id, *_known(each)) for each in known]),
        )


def _make(changes: Sequence[Change], at: datetime) -> None:
    """New cars get their ids; one that just came through a delivery keeps none, and is looked at next time."""
    if not changes:
        return
    columns = ", ".join(_NEW)
    rows = [(each.car.vin, "", "", at, *_known(each)) for each in changes]
    made = run_prepared(
        f"INSERT INTO vehicles_vehicle ({columns}) SELECT {columns} FROM {recordset(_NEW)}"
        " ON CONFLICT (vin) DO NOTHING RETURNING vin, id",
        [as_records(_NEW, rows)],
    )
    ids = dict(made)
    for each in changes:
        each.car.id = ids.get(each.car.vin, 0)


def _known(change: Change) -> tuple[object, ...]:
    facts = change.facts
    model_id = resolve_model(facts.make_text, facts.model_text).model_id if facts.model_text else None
    return facts.plate, facts.make_text, facts.model_text, facts.model_year, model_id


def _write_search(changes: Sequence[Change]) -> None:
    """Only what is new: writing what is known again costs more than all the rest."""
    kept = [each for each in changes if each.car.id]
    index_cars(
        (each.car.id, each.car.vin, each.facts.plate, each.car.sold_by_id)
        for each in kept
        if each.is_fresh or each.facts.plate != each.car.plate
    )
    gone = [(row.span.customer_id, each.car.vin, each.car.plate) for each in kept for row in each.gone]
    if gone:
        forget_owners(gone)
    index_owners(part for each in kept for part in _found_by(each))


def _found_by(change: Change) -> Iterable[tuple[int, str, str]]:
    """Who is newly found by the car: who is new, and, by a new plate, everybody with a part in it today."""
    found = {span.customer_id for span in change.new}
    if change.facts.plate and change.facts.plate != change.car.plate:
        found |= {row.span.customer_id for row in change.car.rows if row.span.until is None}
    return ((each, change.car.vin, change.facts.plate) for each in sorted(found))
