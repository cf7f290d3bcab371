"""Brands and models as people write them."""

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.vehicles.conftest import Place

from vinloop.vehicles.actions import resolve_brand, resolve_interests
from vinloop.vehicles.models import Brand
from vinloop.vehicles.queries import catalogue, resolve_model


@pytest.mark.parametrize(
    ("brand", "text"),
    [("Aurora", "S"), ("曙光", "曙光S"), ("aurora", "AURORA-S"), ("", "Aurora S 2026"), ("Ａｕｒｏｒａ", "s 运动版")],
)
def test_our_model_is_recognised(place: Place, brand: str, text: str) -> None:
    assert resolve_model(brand, text).model_id == place.model.pk


def test_a_lone_letter_names_no_model_of_an_unknown_brand(place: Place) -> None:
    found = resolve_model("Somebody", "S")
    assert (found.brand_id, found.model_id) == (None, None)


def test_a_foreign_brand_is_made_once(place: Place) -> None:
    first, second = resolve_brand("丰田"), resolve_brand("toyota")
    assert first == second
    brand = Brand.objects.get(pk=first)
    assert (brand.code, brand.name, brand.name_en, brand.is_own) == ("toyota", "丰田", "Toyota", False)


def test_a_marque_nobody_knows_keeps_its_spelling(place: Place) -> None:
    brand = Brand.objects.get(pk=resolve_brand("  Wanderer   Automobile "))
    assert (brand.code, brand.name, brand.is_own) == ("wandererautomobile", "Wanderer Automobile", False)


def test_many_wishes_take_a_constant_number_of_queries(
    place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wishes = [(f"Make {i}", "X") for i in range(50)] + [("Aurora", "S"), ("", "something")]
    with django_assert_max_num_queries(7):  # catalogue 2, find 2, insert 1 with its savepoint 2
        found = resolve_interests(wishes)
    assert len({brand for brand, _, _ in found[:50]}) == 50
    assert found[50] == (place.model.brand_id, place.model.pk, "S")
    assert found[51] == (place.model.brand_id, None, "something")


def test_a_remembered_catalogue_costs_nothing(
    place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    catalogue()
    with django_assert_max_num_queries(0):
        assert resolve_interests([("Vela", "GT")])[0][1] is not None


def test_without_any_brand_the_wish_is_still_kept(db: None) -> None:
    brand_id, model_id, text = resolve_interests([("", "a car")])[0]
    assert Brand.objects.get(pk=brand_id).code == "unknown"
    assert (model_id, text) == (None, "a car")


def test_the_catalogue_lists_what_is_on_sale(place: Place) -> None:
    known = catalogue()
    assert [model.code for model in known.active_models()] == ["aurora-s", "aurora-suv"]
    assert known.model_by_code("VELA_GT") is not None
    assert [brand.code for brand in known.own_brands] == ["aurora", "vela"]
