"""A car handed over: known by its VIN, owned by its buyer, found by the right dealers only."""

from datetime import date

import pytest
from tests.vehicles.conftest import NOW, Place

from vinloop.customers.models import Customer
from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event, Organisation
from vinloop.vehicles.actions import record_vehicle_delivery
from vinloop.vehicles.events import NotAVin
from vinloop.vehicles.models import Ownership, Vehicle
from vinloop.vehicles.queries import get_vehicle, search_vehicles, vehicles_of_customer

VIN = "LYHAA1A17TH000123"


def deliver(
    place: Place, customer: Customer, dealer: Organisation, day: date = date(2026, 5, 11), vin: str = VIN
) -> Vehicle:
    actor = place.at_dealer(dealer)
    with acting(actor):
        return record_vehicle_delivery(
            actor=actor,
            at=NOW,
            vin=vin.lower(),
            car_model_id=place.model.pk,
            customer_id=customer.pk,
            dealer_id=dealer.pk,
            delivery_date=day,
            trim="Premium",
            colour="白",
            plate="沪A·D12345",
        )


def kinds() -> list[str]:
    with acting(system_actor()):
        return sorted(Event.objects.values_list("kind", flat=True))


def test_a_delivery_makes_the_car_known_and_owned(place: Place) -> None:
    buyer = place.customer("a", place.dealer)
    vehicle = deliver(place, buyer, place.dealer)
    assert (vehicle.vin, vehicle.plate, vehicle.model_year, vehicle.sold_by_id) == (
        VIN, "沪AD12345", 2026, place.dealer.pk,
    )  # fmt: skip
    assert kinds() == ["vehicles.OwnershipStarted", "vehicles.VehicleRegistered"]
    with acting(place.at_dealer(place.dealer)):
        assert [each.vehicle.vin for each in vehicles_of_customer(buyer.pk)] == [VIN]


def test_told_twice_it_is_one_delivery(place: Place) -> None:
    buyer = place.customer("a", place.dealer)
    assert deliver(place, buyer, place.dealer) == deliver(place, buyer, place.dealer)
    assert len(kinds()) == 2


def test_a_resale_ends_the_former_ownership_and_tells_the_former_dealer(place: Place) -> None:
    first, second = place.customer("a", place.dealer), place.customer("b", place.other)
    deliver(place, first, place.dealer)
    deliver(place, second, place.other, date(2026, 5, 20))
    with acting(system_actor()):
        ended = Event.objects.get(kind="vehicles.OwnershipEnded")
        assert (ended.organisation_id, ended.customer_id) == (place.dealer.pk, first.pk)
        owners = list(Ownership.objects.order_by("since").values_list("customer_id", "until"))
    assert owners == [(first.pk, date(2026, 5, 20)), (second.pk, None)]


def test_the_vin_is_in_no_fact(place: Place) -> None:
    deliver(place, place.customer("a", place.dealer), place.dealer)
    with acting(system_actor()):
        assert all(VIN not in str((e.payload, e.subject_ref)) for e in Event.objects.all())


def test_what_is_no_vin_changes_nothing(place: Place) -> None:
    buyer = place.customer("a", place.dealer)
    with pytest.raises(NotAVin, match="too_short"):
        deliver(place, buyer, place.dealer, vin="LYH1")
    with acting(system_actor()):
        assert not Vehicle.objects.exists()
    assert kinds() == []


def test_a_dealer_finds_its_own_cars_by_tail_and_plate(place: Place) -> None:
    deliver(place, place.customer("a", place.dealer), place.dealer)
    own = place.at_dealer(place.dealer, "vehicles.vehicle:read")
    with acting(own):
        assert [car.vin for car in search_vehicles("00123", own)] == [VIN]
        assert [car.vin for car in search_vehicles("沪A·D12345", own)] == [VIN]
        assert get_vehicle(VIN).ownerships.count() == 1
    stranger = place.at_dealer(place.other, "vehicles.vehicle:read")
    with acting(stranger):
        assert search_vehicles("00123", stranger) == []
        with pytest.raises(Vehicle.DoesNotExist):
            get_vehicle(VIN)


def test_searching_asks_for_the_permission(place: Place) -> None:
    actor = place.at_dealer(place.dealer)
    with acting(actor), pytest.raises(NotAllowed):
        search_vehicles("00123", actor)
