"""The pages the docs show, beside those on the way of the journey: each opens with what its picture is about."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import CHINESE, ENGLISH, PHONE, People

pytestmark = [pytest.mark.browser, pytest.mark.process]

# Pages with a large car are heavy as pictures: a smaller window shows as much of them.
WINDOW = (1040, 700)
PUBLIC = (
    ("home.en", ENGLISH, (1120, 680), "/", "main svg"),
    ("home.zh", CHINESE, PHONE, "/", "main svg"),
    ("model.en", ENGLISH, WINDOW, "/models/vela-x/", ".pt-stage-car svg"),
    ("buy.en", ENGLISH, WINDOW, "/models/vela-x/#buy", "#enquiry .pt-pair"),
    ("enquiry.zh", CHINESE, PHONE, "/models/aurora-s/#buy", "#enquiry .pt-pair"),
)
STAFF = (
    ("board.en", "manager", ENGLISH, "/desk/insight/", ".vl-funnel a"),
    ("board.zh", "manager", CHINESE, "/desk/insight/", ".vl-funnel a"),
    ("loop.zh", "manager", CHINESE, "/desk/insight/loop/", ".vl-funnel a"),
    ("showroom.zh", "reception", CHINESE, "/desk/dealer/showroom/", "main form"),
    ("drives.en", "dealer", ENGLISH, "/desk/dealer/test-drives/", ".dl-block"),
    ("network.en", "admin", ENGLISH, "/desk/network/", "[data-rows] tr[data-href]"),
    ("settings.zh", "admin", CHINESE, "/desk/admin/settings/", "main h2"),
)


@pytest.mark.parametrize(("name", "language", "size", "address", "shown"), PUBLIC, ids=[each[0] for each in PUBLIC])
def test_a_public_page(
    people: People, name: str, language: str, size: tuple[int, int], address: str, shown: str
) -> None:
    visitor = people.visitor(language, size)
    visitor.open(address)
    expect(visitor.page.locator(shown).filter(visible=True).first).to_be_in_viewport()
    visitor.picture(name)


@pytest.mark.parametrize(("name", "username", "language", "address", "shown"), STAFF, ids=[each[0] for each in STAFF])
def test_a_page_of_the_staff(people: People, name: str, username: str, language: str, address: str, shown: str) -> None:
    person = people.colleague(username, language)
    person.open(address)
    expect(person.page.locator(shown).filter(visible=True).first).to_be_visible()
    person.picture(name)
