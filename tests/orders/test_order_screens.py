"""Orders on screen: sold, handed over, cancelled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.leads.browser import as_user, page, questions
from tests.leads.world import World

from vinloop.kernel.caches import forget_everything
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.orders.actions import OrderInput, place_order, report_delivery
from vinloop.orders.events import OrderRefused
from vinloop.orders.models import Order
from vinloop.vehicles.models import CarModel, Ownership

VIN = "LSVAB2BR4MN123456"


def _worked_lead(world: World, name: str = "王建国", phone: str = "13800138000") -> str:
    ref = world.dispatched_lead(name, phone)
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=timezone.now())
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=timezone.now())
    return ref


def _order(world: World, ref: str) -> Order:
    said = {"model": "aurora-s", "price": "15.8万", "colour": "red"}
    answer = as_user(world.consultant).post(f"{reverse('orders:order_new')}?lead={ref}", said)
    assert answer.status_code == 302
    with world.system():
        return Order.objects.get(lead__ref=ref, status="ordered")


def test_a_sale_is_reported_and_the_car_handed_over(world: World) -> None:
    ref = _worked_lead(world)
    sales = as_user(world.consultant)
    assert "Report sale" in page(sales, reverse("orders:order_new"), lead=ref)
    order = _order(world, ref)
    assert (order.price, order.consultant, order.owner) == (15_800_000, world.consultant, world.network.dealer)
    assert world.lead(ref).status == "ordered"
    delivery = reverse("orders:order_delivery", args=[order.ref])
    assert sales.get(reverse("orders:delivery_of_lead", args=[ref])).headers["Location"] == delivery
    wrong = sales.post(delivery, {"vin": "LSVAB2BR3MN12345O", "delivery_date": timezone.localdate()})
    assert wrong.status_code == 422
    assert "Did you mean LSVAB2BR3MN123450?" in wrong.content.decode()
    said = {"vin": VIN.lower(), "delivery_date": timezone.localdate(), "plate": "沪A12345"}
    assert sales.post(delivery, said).status_code == 302
    assert world.lead(ref).status == "delivered"
    with world.system():
        assert Ownership.objects.get(vehicle__vin=VIN).customer == world.lead(ref).customer
    for url in (reverse("orders:order_page", args=[order.ref]), reverse("leads:lead_page", args=[ref])):
        assert VIN in page(sales, url)


def test_a_trim_is_chosen_from_the_catalogue_or_typed(world: World) -> None:
    ref = _worked_lead(world)
    trims = [{"code": "top", "name": "尊享版", "name_en": "Premium", "price": 1}]
    CarModel.objects.filter(code="aurora-s").update(trims=trims)
    forget_everything()
    sales = as_user(world.consultant)
    order, quote = reverse("orders:order_new"), reverse("leads:lead_quote", args=[ref])
    model = CarModel.objects.get(code="aurora-s")
    assert '<option value="Premium" data-for="aurora-s">' in page(sales, order, lead=ref)
    assert f'<option value="Premium" data-for="{model.pk}">' in page(sales, quote)
    assert sales.post(quote, {"model": model.pk, "trim": "尊享版", "price": "16万"}).status_code == 302
    assert 'name="trim" value="Premium"' in page(sales, order, lead=ref)
    assert " Premium</span>" in page(sales, reverse("leads:lead_page", args=[ref]))
    said = {"model": "aurora-s", "price": "15.8万", "trim": "Show car"}
    assert sales.post(f"{order}?lead={ref}", said).status_code == 302
    with world.system():
        assert Order.objects.get(lead__ref=ref).trim == "Show car"


def test_a_price_keeps_the_currency_it_was_named_in(world: World) -> None:
    ref = _worked_lead(world)
    sales = as_user(world.consultant)
    quoted = {"model": str(world.model.pk), "price": "KZT 9,500,000"}
    assert sales.post(reverse("leads:lead_quote", args=[ref]), quoted).status_code == 302
    url = reverse("orders:order_new")
    assert 'value="KZT 9500000"' in page(sales, url, lead=ref)
    assert sales.post(f"{url}?lead={ref}", {"model": "aurora-s", "price": "KZT 9500000"}).status_code == 302
    with world.system():
        order = Order.objects.get(lead__ref=ref)
        assert (order.price, order.currency) == (950_000_000, "KZT")


def test_what_cannot_be_sold_is_refused_in_words(world: World) -> None:
    ref = world.dispatched_lead()
    said = {"model": "aurora-s", "price": "158000"}
    answer = as_user(world.consultant).post(f"{reverse('orders:order_new')}?lead={ref}", said)
    assert answer.status_code == 422
    assert "The lead has moved on" in answer.content.decode()
    with world.system():
        assert not Order.objects.exists()


def test_a_car_is_not_delivered_twice_nor_tomorrow(world: World) -> None:
    first = _order(world, _worked_lead(world))
    second = _order(world, _worked_lead(world, "李婷", "13900139000"))
    sales = as_user(world.consultant)
    today = timezone.localdate()
    done = sales.post(reverse("orders:order_delivery", args=[first.ref]), {"vin": VIN, "delivery_date": today})
    assert done.status_code == 302
    again = sales.post(reverse("orders:order_delivery", args=[second.ref]), {"vin": VIN, "delivery_date": today})
    assert "delivered with another order already" in again.content.decode()
    early = {"vin": "LSVAB2BR6MN654321", "delivery_date": "2020-01-01"}
    refused = sales.post(reverse("orders:order_delivery", args=[second.ref]), early)
    assert "not before the order" in refused.content.decode()
    with world.system():
        assert Order.objects.get(ref=second.ref).status == "ordered"


def test_a_check_digit_that_does_not_fit_is_asked_about_once(world: World) -> None:
    order = _order(world, _worked_lead(world))
    sales, url = as_user(world.consultant), reverse("orders:order_delivery", args=[order.ref])
    said = {"vin": VIN.replace("R4", "R7"), "delivery_date": timezone.localdate()}
    assert 'type="checkbox" name="is_vin_checked"' not in page(sales, url)
    doubted = sales.post(url, said)
    assert doubted.status_code == 422
    assert "The check digit does not fit" in doubted.content.decode()
    assert 'type="checkbox" name="is_vin_checked"' in doubted.content.decode()
    with world.system():
        assert Order.objects.get(ref=order.ref).status == "ordered"
    assert sales.post(url, said | {"is_vin_checked": "on"}).status_code == 302
    with world.system():
        assert Order.objects.get(ref=order.ref).status == "delivered"


def test_the_day_of_a_delivery_is_the_dealers(world: World) -> None:
    """Four in the morning of the 23rd in Shanghai is still the 22nd in UTC."""
    at = datetime(2027, 11, 22, 20, 0, tzinfo=UTC)
    ref = _worked_lead(world)
    with world.acting_as(world.consultant) as actor:
        order = place_order(actor=actor, lead_ref=ref, order=OrderInput(model_code="aurora-s", price=1), at=at)
        for day in (22, 24):
            with pytest.raises(OrderRefused, match="date_not_possible"):
                report_delivery(actor=actor, ref=order.ref, vin=VIN, delivery_date=date(2027, 11, day), at=at)
        done = report_delivery(actor=actor, ref=order.ref, vin=VIN, delivery_date=date(2027, 11, 23), at=at)
    assert done.status == "delivered"


def test_a_cancelled_order_brings_the_lead_back(world: World) -> None:
    ref = _worked_lead(world)
    order = _order(world, ref)
    url = reverse("orders:order_cancel", args=[order.ref])
    assert as_user(world.consultant).post(url, {"note": "changed mind"}).status_code == 403
    assert as_user(world.manager).post(url, {"note": ""}).status_code == 422
    assert as_user(world.manager).post(url, {"note": "changed mind"}).status_code == 302
    assert world.lead(ref).status == "working"
    assert "changed mind" in page(as_user(world.manager), reverse("orders:order_page", args=[order.ref]))


def test_the_list_is_narrowed_and_asks_the_same_for_more_rows(world: World) -> None:
    first = _order(world, _worked_lead(world))
    manager = as_user(world.manager)
    url = reverse("orders:order_list")
    before = questions(manager, url)
    second = _order(world, _worked_lead(world, "李婷", "13900139000"))
    assert questions(manager, url) == before <= 8
    found = page(manager, url, q="李婷")
    assert second.ref in found
    assert first.ref not in found
    assert first.ref not in page(manager, url, status="delivered")
    assert manager.get(reverse("search"), {"q": first.ref}).headers["Location"].endswith(f"{first.ref}/")


def test_another_dealer_sees_no_order(world: World) -> None:
    ref = _worked_lead(world)
    order = _order(world, ref)
    stranger = as_user(world.other_manager)
    for name in ("order_page", "order_timeline", "order_delivery", "order_cancel"):
        assert stranger.get(reverse(f"orders:{name}", args=[order.ref])).status_code == 404
    assert stranger.get(reverse("orders:order_new"), {"lead": ref}).status_code == 404
    assert stranger.post(reverse("orders:order_cancel", args=[order.ref]), {"note": "x"}).status_code == 404
    assert order.ref not in page(stranger, reverse("orders:order_list"))
    with world.system():
        assert Order.objects.get().status == "ordered"


def test_no_delivery_is_promised_for_a_day_gone_by(world: World) -> None:
    ref = _worked_lead(world)
    said = {"model": "aurora-s", "price": "15.8万", "promised_date": "2020-01-01"}
    answer = as_user(world.consultant).post(f"{reverse('orders:order_new')}?lead={ref}", said)
    assert answer.status_code == 422
    assert "This day has passed" in answer.content.decode()
    assert world.lead(ref).status == "working"
    with world.system():
        assert not Order.objects.exists()
