"""Headquarters keeps the catalogue; nobody else does."""

import pytest
from django.utils.translation import override
from tests.vehicles.conftest import NOW, Place

from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.models import Event
from vinloop.vehicles.actions import BrandValues, ModelValues, save_brand, save_model
from vinloop.vehicles.events import CodeTaken
from vinloop.vehicles.forms import BrandForm, ModelForm
from vinloop.vehicles.models import Brand, CarModel
from vinloop.vehicles.queries import catalogue
from vinloop.vehicles.words import colour_words

MANAGE = "vehicles.catalogue:manage"


def test_a_model_is_added_and_edited(place: Place) -> None:
    actor = place.at_headquarters(MANAGE)
    values = ModelValues(place.model.brand_id, "aurora-x", "曙光 X")
    with acting(actor):
        model = save_model(actor=actor, model_id=None, values=values, at=NOW)
        edited = ModelValues(place.model.brand_id, "aurora-x", "曙光 X", price_from=1_000_00)
        save_model(actor=actor, model_id=model.pk, values=edited, at=NOW)
        save_model(actor=actor, model_id=model.pk, values=edited, at=NOW)
        facts = list(Event.objects.order_by("id").values_list("payload", flat=True))
    assert [fact["fields"] for fact in facts][1:] == [["price_from"]]


def test_two_models_do_not_share_a_code(place: Place) -> None:
    actor = place.at_headquarters(MANAGE)
    with acting(actor), pytest.raises(CodeTaken):
        save_model(actor=actor, model_id=None, values=ModelValues(place.model.brand_id, "aurora-s", "x"), at=NOW)
    assert CarModel.objects.count() == 3


def test_a_dealer_changes_nothing(place: Place) -> None:
    actor = place.at_dealer(place.dealer)
    with acting(actor), pytest.raises(NotAllowed):
        save_brand(actor=actor, brand_id=None, values=BrandValues("x", "x"), at=NOW)
    assert Brand.objects.count() == 2


def test_the_form_reads_what_it_wrote(place: Place) -> None:
    place.model.trims = [{"code": "pro", "name": "尊享版", "name_en": "Premium", "price": 19_980_000}]
    place.model.facts = {"seats": 5, "acceleration_s": 6.8}
    place.model.price_from = 17_980_000
    start = ModelForm.start(place.model)
    assert start["trims"] == "pro | 尊享版 | Premium | 199800.00"
    form = ModelForm(start)
    assert form.is_valid(), form.errors
    values = form.values()
    assert (values.trims, values.facts, values.price_from) == (place.model.trims, place.model.facts, 17_980_000)


@pytest.mark.parametrize(("field", "text"), [("trims", "pro, 199800"), ("facts", "wheels = 4"), ("price_from", "lots")])
def test_the_form_says_which_line_it_cannot_read(place: Place, field: str, text: str) -> None:
    form = ModelForm({**ModelForm.start(place.model), field: text})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert text.partition(" =")[0] in form.errors[field][0]


def test_a_colour_reads_in_the_readers_language(place: Place) -> None:
    brand = place.model.brand
    lines = "珠光白 | Pearl white\n\n墨绿"
    form = BrandForm(BrandForm.start(brand) | {"colours": lines})
    assert form.is_valid(), form.errors
    actor = place.at_headquarters(MANAGE)
    with acting(actor):
        save_brand(actor=actor, brand_id=brand.pk, values=form.values(), at=NOW)
    catalogue.forget()
    brand.refresh_from_db()
    assert BrandForm.start(brand)["colours"] == "珠光白 | Pearl white\n墨绿 | "
    for language, expected in (("zh-hans", "珠光白"), ("en", "Pearl white")):
        with override(language):
            assert {colour_words("珠光白"), colour_words("pearl white")} == {expected}
            assert (colour_words("墨绿"), colour_words("as the last one"), colour_words("")) == (
                "墨绿",
                "as the last one",
                "",
            )


@pytest.mark.parametrize("text", [" | White", "白 | White | Pearl", "白" * 41])
def test_a_colour_nobody_can_read_is_refused(place: Place, text: str) -> None:
    form = BrandForm(BrandForm.start(place.model.brand) | {"colours": text})
    assert not form.is_valid()
    assert list(form.errors) == ["colours"]
