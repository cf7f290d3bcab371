"""A small network and catalogue to try the vehicles room on."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from vinloop.customers.models import Customer, CustomerAccess
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Organisation
from vinloop.vehicles.models import Brand, CarModel

NOW = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Headquarters, two dealers and three models."""

    root: Organisation
    dealer: Organisation
    other: Organisation
    model: CarModel

    def at_dealer(self, organisation: Organisation, *permissions: str) -> Actor:
        seen = frozenset({organisation.pk})
        return Actor(None, organisation.pk, "dealer", seen, frozenset(permissions), "screen")

    def at_headquarters(self, *permissions: str) -> Actor:
        return Actor(None, self.root.pk, "manufacturer", None, frozenset(permissions), "screen")

    def customer(self, name: str, *organisations: Organisation) -> Customer:
        with acting(system_actor()):
            customer = Customer.objects.create(ref=f"P-{name}", name=name, created_at=NOW, updated_at=NOW)
            for each in organisations:
                CustomerAccess.objects.create(customer=customer, organisation=each, kind="sale", since=NOW)
        return customer


@pytest.fixture
def place(db: None) -> Place:
    root = Organisation.objects.create(kind="manufacturer", code="hq", name="远航汽车", path="/")
    dealers = [
        Organisation.objects.create(kind="dealer", code=code, name=code, parent=root, path="/") for code in ("d1", "d2")
    ]
    for each in (root, *dealers):
        each.path = f"/{root.pk}/" if each == root else f"/{root.pk}/{each.pk}/"
        each.save()
    aurora = Brand.objects.create(code="aurora", name="曙光", name_en="Aurora")
    vela = Brand.objects.create(code="vela", name="帆星", name_en="Vela")
    model = CarModel.objects.create(brand=aurora, code="aurora-s", name="曙光 S", name_en="Aurora S")
    CarModel.objects.create(brand=aurora, code="aurora-suv", name="曙光 SUV", name_en="Aurora SUV")
    CarModel.objects.create(brand=vela, code="vela-gt", name="帆星 GT", name_en="Vela GT", is_active=False)
    return Place(root, dealers[0], dealers[1], model)
