"""The catalogue's and the network's pages and endpoints, opened by the people of the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.models import User
from vinloop.leads.models import Lead
from vinloop.network.models import DealerProfile
from vinloop.orders.models import Order
from vinloop.site import demo
from vinloop.vehicles.forms import ModelForm
from vinloop.vehicles.models import CarModel, Ownership, Vehicle
from vinloop.vehicles.panels import cars_of_customer
from vinloop.vehicles.queries import catalogue, get_model

pytestmark = pytest.mark.prepared
NOW = datetime(2026, 10, 14, 3, 20, tzinfo=UTC)
PAGES = (
    "/desk/catalogue/",
    "/desk/catalogue/models/aurora-s/",
    "/desk/catalogue/models/new/",
    "/desk/catalogue/brands/",
    "/desk/catalogue/brands/vela/",
    "/desk/network/",
    "/desk/network/?q=shanghai",
    "/desk/network/sha01/",
    "/desk/network/sha01/edit/",
)


@pytest.fixture(scope="module")
def demo_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(now=NOW, small=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(demo_rows: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def browser(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.mark.parametrize("page", PAGES)
def test_headquarters_opens_every_page(site: None, page: str) -> None:
    assert browser("admin").get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_opens_them_without_logging_in(site: None, page: str) -> None:
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize(("username", "page", "status"), [
    ("consultant", "/desk/catalogue/", 403),
    ("marketer", "/desk/network/sha01/edit/", 403),
    ("region.west", "/desk/network/ala01/", 200),
    ("region.west", "/desk/network/sha01/", 404),
    ("consultant", "/desk/network/ala01/", 404),
])  # fmt: skip
def test_others_open_what_is_theirs(site: None, username: str, page: str, status: int) -> None:
    assert browser(username).get(page).status_code == status


def test_a_price_is_typed_as_people_say_it(site: None) -> None:
    model = get_model("aurora-s")
    entered = {name: "" if value is None else value for name, value in ModelForm.start(model).items()}
    entered |= {"brand": model.brand_id, "upsell_to": "", "price_from": "14.5万"}
    assert browser("admin").post("/desk/catalogue/models/aurora-s/", entered).status_code == 302
    assert get_model("aurora-s").price_from == 14_500_000


def test_what_cannot_be_read_is_kept_on_the_form(site: None) -> None:
    answer = browser("admin").post("/desk/catalogue/models/aurora-s/", {"name": "曙光 S", "trims": "nonsense"})
    assert answer.status_code == 422
    assert "nonsense" in answer.content.decode()
    assert get_model("aurora-s").trims != []


def test_a_dealer_is_edited(site: None) -> None:
    brands = list(catalogue().own_brands)
    entered = {"city": "Bishkek", "lead_capacity": 33, "weight": "1.2", "territories": "楚河州", "brands": brands[0].id}
    assert browser("admin").post("/desk/network/fru01/edit/", entered).status_code == 302
    profile = DealerProfile.objects.get(organisation__code="fru01")
    assert (profile.city, profile.lead_capacity, profile.accepts_leads) == ("比什凯克", 33, False)


LISTS_AND_RECORDS = (
    ("admin", "/desk/network/"),
    ("admin", "/desk/leads/"),
    ("admin", "/desk/leads/?view=overdue"),
    ("dealer", "/desk/leads/"),
    ("manager", "/desk/leads/?q=wang"),
    ("verifier", "/desk/customers/?q=wang"),
    ("dealer", "/desk/customers/"),
    ("analyst", "/desk/orders/"),
    ("dealer", "/desk/orders/"),
    ("consultant", "/desk/dealer/"),
    ("reception", "/desk/dealer/showroom/"),
    ("consultant", "/desk/dealer/showroom/visits/"),
    ("admin", "/desk/leads/{lead}/"),
    ("dealer", "/desk/leads/{lead}/"),
    ("admin", "/desk/customers/{customer}/"),
    ("dealer", "/desk/customers/{customer}/"),
    ("admin", "/desk/orders/{order}/"),
    ("verifier", "/desk/leads/calls/"),
    ("admin", "/desk/network/sha01/"),
    ("dealer", "/desk/dealer/test-drives/"),
    ("consultant", "/desk/dealer/test-drives/new/"),
    ("consultant", "/desk/dealer/test-drives/new/?lead={lead}"),
)
BOARDS = (
    ("admin", "/desk/insight/"),
    ("region.east", "/desk/insight/"),
    ("dealer", "/desk/insight/"),
    ("admin", "/desk/insight/?organisation=sha01&period=year"),
    ("admin", "/desk/insight/funnel/"),
    ("admin", "/desk/insight/funnel/?by=region"),
    ("dealer", "/desk/insight/funnel/?by=consultant"),
    ("admin", "/desk/insight/response/"),
    ("dealer", "/desk/insight/response/"),
    ("admin", "/desk/insight/loop/"),
    ("dealer", "/desk/insight/loop/"),
    ("admin", "/desk/insight/showroom/"),
    ("dealer", "/desk/insight/showroom/"),
    ("analyst", "/desk/insight/campaigns/"),
    ("analyst", "/desk/insight/campaigns/?model=decay"),
    ("admin", "/desk/insight/hand-overs/"),
    ("dealer", "/desk/insight/hand-overs/?stage=missed"),
)


@pytest.mark.parametrize(("username", "page"), [*LISTS_AND_RECORDS, *BOARDS])
def test_pages_keep_to_eight_queries(
    site: None, username: str, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with acting(system_actor("command")):
        lead = Lead.objects.select_related("customer").filter(dealer__code="sha01").latest("received_at")
        order = Order.objects.latest("ordered_at")
    address = page.format(lead=lead.ref, customer=lead.customer.ref, order=order.ref)
    client = browser(username)
    assert client.get(address).status_code == 200
    own_savepoint = 2
    with django_assert_max_num_queries(8 + own_savepoint):
        client.get(address)


def test_the_catalogue_by_api(site: None) -> None:
    items = browser("consultant").get("/api/v1/models?brand=aurora").json()["items"]
    assert {item["code"] for item in items} == {"aurora-s", "aurora-x", "aurora-m7"}
    assert items[0]["trims"][0]["price"] > 0
    assert len(browser("admin").get("/api/v1/models").json()["items"]) == CarModel.objects.count()


def test_a_car_by_api_for_those_who_may_see_it(site: None) -> None:
    with acting(system_actor("command")):
        car = Vehicle.objects.exclude(sold_by__code="ala01").first()
    assert car is not None
    assert browser("admin").get(f"/api/v1/vehicles/{car.vin.lower()}").json()["owners"][0]["until"] is None
    assert browser("almaty").get(f"/api/v1/vehicles/{car.vin}").status_code == 404
    assert browser("admin").get("/api/v1/vehicles/nothing").status_code == 404


def test_a_customers_cars_are_a_panel(site: None) -> None:
    actor = load_actor(User.objects.get(username="admin"), organisation_id=None, door="screen")
    assert actor is not None
    with acting(actor):
        owned = Ownership.objects.select_related("customer", "vehicle").first()
        assert owned is not None
        request = cast(ActorRequest, RequestFactory().get("/"))
        request.actor = actor
        panel = cars_of_customer(request, owned.customer)
    assert panel is not None
    assert owned.vehicle.vin in panel.html
