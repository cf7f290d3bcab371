"""Cars and people's parts in them, read from source records: after resolution, merges, splits, undos and erasure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.customers.stewardship import send
from tests.leads.world import World, make_world

from vinloop.customers.actions.merging import merge_customers, undo_step
from vinloop.customers.actions.splitting import split_customer
from vinloop.customers.models import Customer, IdentityStep, SourceRecord
from vinloop.customers.queries import list_customers
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.events.readers import run_reader
from vinloop.kernel.models import Event, SearchEntry
from vinloop.vehicles.actions import record_vehicle_delivery
from vinloop.vehicles.actions.recorded import derive_ownerships, derive_ownerships_of
from vinloop.vehicles.models import Ownership, Vehicle
from vinloop.vehicles.personal_data import vehicle_data
from vinloop.vehicles.queries import search_vehicles, vehicles_of_customer
from vinloop.vehicles.recorded_cars import MOST_RECORDS
from vinloop.vehicles.subscribers import IDENTITY_READER

AT = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
VIN, OTHER_VIN = "LSVAB2BR7MN123456", "LHGM17MH1NN711195"
WANG = {"name": "王建国", "phone": "13800138000"}
LI = {"name": "李婷", "phone": "13900139000"}
FIRM = {"name": "沪恒物流有限公司", "phone": "02158880000"}
Part = tuple[str, str, str, str, str]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def row(who: dict[str, str], since: str, vin: str = VIN, **said: str) -> dict[str, str]:
    return {**who, "vin": vin, "as_of": since, **said}


def derive() -> int:
    return derive_ownerships(actor=system_actor(), at=LATER, since=None)


def parts(world: World, vin: str = VIN) -> list[Part]:
    """Who has which part in a car, from when to when, and who says so."""
    with world.system():
        rows = Ownership.objects.filter(vehicle__vin=vin).select_related("customer").order_by("since", "role", "id")
        return [(o.customer.name, o.role, str(o.since), str(o.until or ""), o.origin) for o in rows]


def customer(world: World, name: str) -> Customer:
    with world.system():
        return Customer.objects.get(name=name, merged_into__isnull=True)


def records_of(world: World, keys: Sequence[str]) -> list[int]:
    with world.system():
        return list(SourceRecord.objects.filter(key__in=keys).values_list("pk", flat=True))


def deliver(world: World, who: str, day: date, vin: str = VIN, plate: str = "") -> None:
    with world.acting_as(world.manager) as actor:
        record_vehicle_delivery(
            actor=actor, at=AT, vin=vin, car_model_id=world.model.pk, customer_id=customer(world, who).pk,
            dealer_id=world.network.dealer.pk, delivery_date=day, trim="", colour="", plate=plate,
        )  # fmt: skip


def test_a_record_with_a_vin_makes_the_car_and_its_owner_known(world: World) -> None:
    send(world, {"1": row(WANG, "2022-04-05", plate="沪A·D12345", 车型="朗逸")})
    assert derive() == 1
    assert parts(world) == [("王建国", "owner", "2022-04-05", "", "records")]
    with world.system():
        car = Vehicle.objects.get()
        assert (car.vin, car.plate, car.make_text, car.model_text) == (VIN, "沪AD12345", "SAIC Volkswagen", "朗逸")
        assert (car.model_year, car.sold_by_id, car.delivery_date) == (2021, None, None)
        assert not Event.objects.filter(kind__startswith="vehicles.").exists()
    with world.acting_as(world.headquarters) as actor:
        assert [each.vin for each in search_vehicles("123456", actor)] == [VIN]
        for text in ("123456", VIN, "沪A·D12345", "D12345"):
            assert [each.name for each in list_customers(actor, q=text)] == ["王建国"], text


def test_read_again_nothing_changes(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02"), "2": row(LI, "2023-05-06"), "3": row(FIRM, "2020-01-02", role="付款人")})
    assert derive() == 1
    with world.system():
        before = list(Ownership.objects.order_by("pk").values())
    assert derive() == 0
    with world.system():
        assert list(Ownership.objects.order_by("pk").values()) == before


def test_a_used_car_has_one_owner_after_the_other(world: World) -> None:
    send(world, {"2": row(LI, "2023-05-06", plate="苏E·12345")}, source="dms-d2")
    send(world, {"1": row(WANG, "2020-01-02", plate="沪A·D12345")})
    derive()
    assert parts(world) == [
        ("王建国", "owner", "2020-01-02", "2023-05-06", "records"),
        ("李婷", "owner", "2023-05-06", "", "records"),
    ]
    with world.system():
        assert Vehicle.objects.get().plate == "苏E12345"


def test_a_vin_joins_nobody(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02"), "2": row(LI, "2020-01-02")})
    derive()
    assert customer(world, "王建国").pk != customer(world, "李婷").pk
    assert len(parts(world)) == 2


def test_roles_are_read_and_end_with_the_owner_they_served(world: World) -> None:
    send(world, {
        "1": row(FIRM, "2019-01-01", role="车主"),
        "2": row(WANG, "2019-02-01", role="驾驶人"),
        "3": row(LI, "2022-03-04"),
    })  # fmt: skip
    derive()
    assert parts(world) == [
        ("沪恒物流有限公司", "owner", "2019-01-01", "2022-03-04", "records"),
        ("王建国", "driver", "2019-02-01", "2022-03-04", "records"),
        ("李婷", "owner", "2022-03-04", "", "records"),
    ]


def test_a_corrected_vin_moves_the_car(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02")})
    derive()
    send(world, {"1": row(WANG, "2020-01-02", OTHER_VIN)}, at=LATER)
    assert derive() == 2
    assert (parts(world), parts(world, OTHER_VIN)) == ([], [("王建国", "owner", "2020-01-02", "", "records")])
    with world.system():
        assert list(Vehicle.objects.values_list("vin", flat=True)) == [OTHER_VIN]
    with world.acting_as(world.headquarters) as actor:
        assert list(list_customers(actor, q=VIN)) == []
        assert [each.name for each in list_customers(actor, q="8000")] == ["王建国"]


def test_only_what_changed_is_looked_at(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02"), "2": row(LI, "2021-01-02", OTHER_VIN)})
    with world.system():
        Customer.objects.filter(name="王建国").update(updated_at=AT - timedelta(days=9))
    assert derive_ownerships(actor=system_actor(), at=LATER, since=AT - timedelta(days=1)) == 1
    assert (len(parts(world)), len(parts(world, OTHER_VIN))) == (0, 1)


def test_a_default_number_in_many_records_says_nothing(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02", "11111111111111111")})
    rows = {str(n): {"name": f"客户{n}", "phone": f"139001{n:05}", "vin": VIN} for n in range(100, 101 + MOST_RECORDS)}
    send(world, rows)
    assert derive() == 0
    with world.system():
        assert not Vehicle.objects.exists()


def test_what_came_through_a_door_is_nobodys_car(world: World) -> None:
    """In a form on the web anybody may type the VIN of somebody else's car."""
    world.capture("王建国", "13800138000")
    with world.system():
        SourceRecord.objects.update(standard={"vin": VIN, "role": "owner"})
    send(world, {"2": row(LI, "2023-05-06", OTHER_VIN)})
    derive()
    assert parts(world) == []


def test_a_delivery_wins_over_records(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02"), "2": row(LI, "2026-03-02", plate="沪A·D12345")})
    derive()
    deliver(world, "王建国", date(2026, 3, 1))
    stated = ("王建国", "owner", "2026-03-01", "", "delivery")
    assert parts(world) == [stated]
    assert derive() == 0
    assert parts(world) == [stated]
    send(world, {"3": row(FIRM, "2021-01-01")})
    derive()
    assert parts(world) == [("沪恒物流有限公司", "owner", "2021-01-01", "2026-03-01", "records"), stated]


def test_a_delivery_is_not_touched_by_records_of_its_buyer(world: World) -> None:
    send(world, {"1": row(WANG, "2026-02-20", plate="沪A·D12345")})
    deliver(world, "王建国", date(2026, 3, 1))
    derive()
    assert parts(world) == [("王建国", "owner", "2026-03-01", "", "delivery")]
    with world.system():
        assert Vehicle.objects.get().plate == "沪AD12345"


def test_merge_undo_and_split_keep_the_cars_right(world: World) -> None:
    send(world, {"1": row(WANG, "2018-01-01"), "2": row(LI, "2020-01-01"), "3": row(FIRM, "2022-01-01")})
    derive()
    before = parts(world)
    wang, li = customer(world, "王建国"), customer(world, "李婷")
    with world.acting_as(world.headquarters) as actor:
        step = merge_customers(actor=actor, winner=wang.ref, loser=li.ref, at=LATER)
    derive_ownerships_of_all(world, wang, li)
    assert [each[1:4] for each in parts(world)] == [
        ("owner", "2018-01-01", "2022-01-01"), ("owner", "2022-01-01", ""),
    ]  # fmt: skip
    with world.acting_as(world.headquarters) as actor:
        undo_step(actor=actor, step_id=step.pk, at=LATER)
    derive_ownerships_of_all(world, wang, li)
    assert parts(world) == before


def derive_ownerships_of_all(world: World, *customers: Customer) -> None:
    with world.system():
        derive_ownerships_of(customer_ids=[each.pk for each in customers], at=LATER)


def test_a_split_parts_the_car_with_the_record(world: World) -> None:
    send(world, {"1": row(WANG, "2018-01-01"), "2": row(WANG, "2020-01-01", OTHER_VIN)})
    derive()
    wang = customer(world, "王建国")
    with world.acting_as(world.headquarters) as actor:
        going = records_of(world, ["2"])
        step = split_customer(actor=actor, ref=wang.ref, record_ids=going, references={}, at=LATER)
    with world.system():
        derive_ownerships_of(customer_ids=[step.source_id, step.target_id], at=LATER)
        assert Ownership.objects.get(vehicle__vin=OTHER_VIN).customer_id == step.target_id
        assert Ownership.objects.get(vehicle__vin=VIN).customer_id == wang.pk
    with world.acting_as(world.headquarters) as actor:
        assert [each.pk for each in list_customers(actor, q=OTHER_VIN)] == [step.target_id]
        undo_step(actor=actor, step_id=step.pk, at=LATER)
    with world.system():
        derive_ownerships_of(customer_ids=[step.source_id, step.target_id], at=LATER)
        assert set(Ownership.objects.values_list("customer_id", flat=True)) == {wang.pk}


def test_a_merge_lets_the_cars_be_read_anew_at_once(world: World) -> None:
    send(world, {"1": row(WANG, "2018-01-01"), "2": row(LI, "2020-01-01")})
    derive()
    with world.acting_as(world.headquarters) as actor:
        wang, li = customer(world, "王建国"), customer(world, "李婷")
        merge_customers(actor=actor, winner=wang.ref, loser=li.ref, at=LATER)
    with world.system():
        IDENTITY_READER.handle(list(Event.objects.filter(kind="customers.CustomerMerged")))
        assert IdentityStep.objects.count() == 1
    assert [each[1:] for each in parts(world)] == [("owner", "2018-01-01", "", "records")]
    assert run_reader(IDENTITY_READER) == 0


def test_a_dealer_sees_the_cars_of_its_own_customers_only(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02", plate="沪A·D12345")})
    derive()
    wang = customer(world, "王建国")
    with world.acting_as(world.manager) as actor:
        assert [each.vehicle.vin for each in vehicles_of_customer(wang.pk)] == [VIN]
        assert [each.name for each in list_customers(actor, q="沪A·D12345")] == ["王建国"]
    with world.acting_as(world.other_manager) as actor:
        assert vehicles_of_customer(wang.pk) == []
        assert not Vehicle.objects.exists()
        assert not Ownership.objects.exists()
        assert list(list_customers(actor, q=VIN)) == []
        assert search_vehicles(VIN, actor) == []


def test_erasure_keeps_handovers_only(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02", OTHER_VIN, plate="沪A·D12345"), "2": row(LI, "2021-01-02", OTHER_VIN)})
    deliver(world, "王建国", date(2026, 3, 1), plate="沪B·D12345")
    derive()
    wang, data = customer(world, "王建国"), vehicle_data()
    with world.system():
        assert [each["origin"] for each in data.export([wang.pk])[0].rows] == ["records", "delivery"]
        told = {(each.what, each.done): each.count for each in data.erase([wang.pk], LATER)}
        assert told == {
            ("vehicles.plate", "removed"): 1, ("vehicles.ownership", "removed"): 1, ("vehicles.ownership", "kept"): 1,
        }  # fmt: skip
        assert Vehicle.objects.get(vin=VIN).plate == ""
    assert parts(world) == [("王建国", "owner", "2026-03-01", "", "delivery")]
    assert parts(world, OTHER_VIN) == [("李婷", "owner", "2021-01-02", "", "records")]


def test_who_had_a_car_once_may_be_forgotten_and_a_car_known_from_nothing_else_goes(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-02"), "2": row(LI, "2021-01-02"), "3": row(FIRM, "2021-01-02", OTHER_VIN)})
    derive()
    with world.system():
        ids = {each.name: each.pk for each in Customer.objects.all()}
        assert vehicle_data().keeps(list(ids.values()), LATER) == {ids["李婷"], ids["沪恒物流有限公司"]}
        vehicle_data().erase([ids["沪恒物流有限公司"]], LATER)
        assert list(Vehicle.objects.values_list("vin", flat=True)) == [VIN]
        assert SearchEntry.objects.filter(kind="vehicle").count() == 1
