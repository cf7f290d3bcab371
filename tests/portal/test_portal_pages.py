"""The shop window: every page, in both languages, with few questions to the database and little to carry."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.portal.site import PAGE, Visitor, page_of
from vinloop.kernel.access.gate import access_of
from vinloop.portal import urls

pytestmark = pytest.mark.django_db
PAGES = ("/", "/models/", PAGE, "/dealers/", "/dealers/?q=上海", "/help/", "/privacy/", "/imprint/")
MOST_QUERIES = 8
MOST_BYTES = 200_000


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_in_both_languages(visitor: Visitor, address: str, language: str) -> None:
    answer = visitor.get(address, **{"Accept-Language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert ('<html lang="zh-hans"' in text) == (language == "zh-CN")
    assert ("曙光 S" in text or "Aurora S" in text) or address not in ("/", "/models/", PAGE)
    assert 'name="description"' in text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_asks_little_of_the_database(visitor: Visitor, address: str) -> None:
    assert visitor.queries(address) <= MOST_QUERIES


def test_private_pages_ask_little_of_the_database(visitor: Visitor) -> None:
    page = page_of(visitor.world.dispatched_lead())
    assert visitor.queries(page) <= MOST_QUERIES
    assert visitor.queries(visitor.enquire(phone="13900139000", name="李婷")) <= MOST_QUERIES


def test_a_page_with_everything_it_loads_is_light(visitor: Visitor) -> None:
    files = ("kernel/public.css", "portal/portal.css", "portal/portal.js", "kernel/forms.js", "dist/icons.svg")
    found = [finders.find(name) for name in files]
    loaded = sum(Path(str(path)).stat().st_size for path in found if path)
    for address in PAGES:
        assert len(visitor.get(address).content) + loaded <= MOST_BYTES, address


def test_every_view_has_a_gate_and_is_public() -> None:
    for pattern in urls.urlpatterns:
        access = access_of(pattern.callback)
        assert access is not None, pattern.name
        assert access.is_public


def test_unknown_pages_lead_back_into_the_shop(visitor: Visitor) -> None:
    for address in ("/nothing/", "/models/no-such-car/"):
        answer = visitor.get(address)
        assert (answer.status_code, "To the first page" in answer.content.decode()) == (404, True)


def test_a_model_off_sale_is_not_shown(visitor: Visitor) -> None:
    visitor.world.model.is_active = False
    visitor.world.model.save()
    assert visitor.get(PAGE).status_code == 404
    assert "Aurora S" not in visitor.text("/")


def test_search_engines_are_told_what_to_read(visitor: Visitor) -> None:
    robots = visitor.text("/robots.txt")
    assert "Disallow: /my/" in robots
    assert "/sitemap.xml" in robots
    sitemap = visitor.text("/sitemap.xml")
    assert "/models/aurora-s/" in sitemap
    assert "/my/" not in sitemap


def test_the_finder_lists_the_nearest_first(visitor: Visitor) -> None:
    text = visitor.text("/dealers/?q=苏州")
    assert text.index("D2 Ltd") < text.index("D1 Ltd")
    assert "No dealer found" in visitor.text("/dealers/?q=zzzz")
    assert "&lt;script&gt;" in visitor.text("/dealers/?q=<script>")


def test_a_chosen_dealer_is_preset_in_the_form(visitor: Visitor) -> None:
    visitor.client.post("/dealers/D3/choose/")
    assert '<option value="D3" selected>' in visitor.text(PAGE)
    assert visitor.client.post("/dealers/nobody/choose/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_to_read_are_not_written_to(visitor: Visitor, method: str) -> None:
    client: Client = visitor.client
    for address in ("/", "/models/", "/dealers/", "/robots.txt"):
        assert getattr(client, method)(address).status_code == 405
