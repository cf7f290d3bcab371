"""The public site with a catalogue and dealers behind it."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings

from tests.leads.world import World, make_world
from tests.portal.site import Visitor


@pytest.fixture(autouse=True)
def _at_the_root(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.portal.urls"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    """A fresh network; the model has versions and prices."""
    world = make_world()
    world.model.trims = [{"code": "top", "name": "旗舰版", "name_en": "Flagship", "price": 17_980_000}]
    world.model.facts = {"seats": 5, "range_km": 620}
    world.model.tagline, world.model.tagline_en = "开到天亮", "All the way to dawn"
    world.model.price_from = 13_980_000
    world.model.save()
    return world


@pytest.fixture
def visitor(world: World) -> Visitor:
    """Somebody who has never been here."""
    return Visitor(world)


@pytest.fixture
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield
