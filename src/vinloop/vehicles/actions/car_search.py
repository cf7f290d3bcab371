"""By what cars, and the customers who have or had a part in them, are found: VIN, its tail, the plate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vinloop.customers.models import ContactPoint
from vinloop.kernel import search, search_tokens
from vinloop.kernel.db.bulk import as_records, recordset, run_prepared
from vinloop.vehicles.models import Ownership, Vehicle

MOST_CARS = 10  # of more cars only the whole VIN and plate find a firm: tails of a fleet tell nobody apart
_FORGET = {"id": "bigint", "gone": "bigint[]"}
Part = tuple[int, str, str]  # customer, VIN, plate


def index_vehicles(vehicles: Sequence[Vehicle]) -> None:
    """Write the search tokens of cars: VIN, its tail and the plate, within reach of the dealer that sold them."""
    index_cars((each.pk, each.vin, each.plate, each.sold_by_id) for each in vehicles)


def index_cars(cars: Iterable[tuple[int, str, str, int | None]]) -> None:
    """The same for cars as (id, VIN, plate, dealer that sold it)."""
    key = search.search_key()
    tokens = {}
    for car_id, vin, plate, sold_by_id in cars:
        own = search_tokens.index_tokens(key, "vehicle", vins=[vin], plates=[plate] if plate else [])
        tokens[car_id] = [*own, *(search.scope_tokens("vehicle", sold_by_id) if sold_by_id else ())]
    search.index_objects("vehicle", tokens)


def index_owner(vehicle: Vehicle, customer_id: int) -> None:
    """Let the customer be found by the VIN, its tail and the plate of their car."""
    search.add_tokens("customer", [customer_id], _tokens(vehicle.vin, vehicle.plate))


def index_owners(parts: Iterable[Part]) -> None:
    """Let customers be found by their cars, in one statement."""
    found: dict[int, set[int]] = {}
    counts: dict[int, int] = {}
    for customer_id, vin, plate in parts:
        counts[customer_id] = counts.get(customer_id, 0) + 1
        words = _tokens(vin, plate) if counts[customer_id] <= MOST_CARS else _whole(vin, plate)
        found.setdefault(customer_id, set()).update(words)
    search.index_more("customer", dict(sorted(found.items())))  # in one order, so that two runs never wait in a circle


def forget_owners(parts: Iterable[Part]) -> None:
    """Let customers no longer be found by cars that are not theirs; what else they are found by stays."""
    gone: dict[int, set[int]] = {}
    for customer_id, vin, plate in parts:
        gone.setdefault(customer_id, set()).update(_tokens(vin, plate))
    for customer_id, kept in _kept(list(gone)).items():
        gone[customer_id] -= kept
    run_prepared(
        "UPDATE kernel_searchentry e SET tokens = ARRAY(SELECT unnest(e.tokens) EXCEPT SELECT unnest(t.gone))"
        f" FROM {recordset(_FORGET)} WHERE e.kind = 'customer' AND e.object_id = t.id",
        [as_records(_FORGET, [(each, sorted(tokens)) for each, tokens in sorted(gone.items()) if tokens])],
    )


def car_tokens(ownership_ids: Sequence[int]) -> set[int]:
    """By what these cars let their customers be found; a split of a customer takes it along."""
    cars = Vehicle.objects.filter(ownerships__in=list(ownership_ids)).values_list("vin", "plate")
    return {token for vin, plate in cars for token in _tokens(vin, plate)}


def _kept(customer_ids: Sequence[int]) -> dict[int, set[int]]:
    """By what customers stay to be found: their other cars, and numbers that end like one of the lost."""
    kept: dict[int, set[int]] = {each: set() for each in customer_ids}
    cars = Ownership.objects.filter(customer_id__in=customer_ids)
    for customer_id, vin, plate in cars.values_list("customer_id", "vehicle__vin", "vehicle__plate"):
        kept[customer_id].update(_tokens(vin, plate))
    phones = ContactPoint.objects.filter(customer_id__in=customer_ids, kind=ContactPoint.Kind.PHONE)
    for customer_id, value in phones.values_list("customer_id", "value"):
        kept[customer_id].update(search_tokens.index_tokens(search.search_key(), "customer", phones=[value]))
    return kept


def _tokens(vin: str, plate: str) -> list[int]:
    plates = [plate] if plate else []
    return search_tokens.index_tokens(search.search_key(), "customer", vins=[vin], plates=plates)


def _whole(vin: str, plate: str) -> list[int]:
    """A reference is found as a whole, and so is this."""
    return search_tokens.index_tokens(search.search_key(), "customer", refs=[vin, *([plate] if plate else [])])
