"""Every screen of every role, in both languages, on a desk and on the narrowest phone: nothing breaks, nothing sticks out.

The walk follows what a person can click: each entry of the menu, the tabs of that page, and the first record of each
list. It knows no addresses, so a new room is walked through as soon as it stands in a menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Page
from tests.journeys.people import CHINESE, DESK, ENGLISH, NARROW, People, Person

pytestmark = [pytest.mark.browser, pytest.mark.process]

ROLES = ("admin", "manager", "verifier", "dealer", "consultant", "reception")
PUBLIC = ("/", "/models/", "/models/vela-x/", "/dealers/", "/help/", "/privacy/", "/imprint/", "/accounts/login/")
_LINKS = """places => [...document.querySelectorAll(places)].map(link => link.getAttribute('href') ?? link.dataset.href)"""
_FACTS = """() => ({
  wide: document.scrollingElement.scrollWidth - innerWidth,
  headings: [...document.querySelectorAll('h1')].filter(one => one.offsetParent !== null).length,
  language: document.documentElement.lang,
  words: [...document.querySelectorAll('h1, h2, h3, th, label, legend, dt, .vl-rail-word, .btn, .vl-badge, .vl-tabs a')]
    .filter(one => one.offsetParent !== null && !one.closest('[lang]:not(html), .vl-events, .vl-user-text, code'))
    .map(one => one.textContent.trim()),
})"""
# A name of the field that Chinese dealerships write in Latin letters, a code, a key, or somebody's own words.
_LATIN = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def first_records(page: Page) -> Sequence[str]:
    """The first row of each list, and each tab beside the one shown."""
    rows = page.evaluate(_LINKS, "[data-rows] [data-href]:not([data-href=''])")[:1]
    tabs = page.evaluate(_LINKS, "nav.vl-tabs a[href^='/'], nav.vl-tabs a[href^='?']")
    return [*rows, *(address for address in tabs if address.startswith("/"))]


def walk(person: Person) -> Iterator[str]:
    """Open everything the menu leads to; yields each address while it is on the screen."""
    person.open("/desk/")
    menu = person.page.evaluate(_LINKS, ".vl-rail-link, details[data-menu=create] a, .vl-me a")
    waiting, seen = [*dict.fromkeys(menu)], set[str]()
    assert waiting, "a menu"
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = person.open(address)
        assert answer.status == 200, f"{address} answered {answer.status}"
        if address in menu:
            waiting.extend(first_records(person.page))
        yield address


def faults(page: Page, address: str, language: str) -> list[str]:
    """What a customer should not see on this screen."""
    facts = page.evaluate(_FACTS)
    found = []
    if facts["wide"] > 0:
        found.append(f"{address} is {facts['wide']} px too wide")
    if facts["headings"] != 1:
        found.append(f"{address} has {facts['headings']} main headings")
    if facts["language"] != language:
        found.append(f"{address} speaks {facts['language']}")
    if language == CHINESE:
        found += [f"{address} says in English: {words[:80]!r}" for words in facts["words"] if is_english(words)]
    return found


def is_english(words: str) -> bool:
    """Whether a label has two English words and not a single Chinese sign."""
    return bool(_LATIN.search(words)) and not re.search(r"[一-鿿]", words)


@pytest.mark.parametrize("size", [DESK, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("role", ROLES)
def test_every_screen_of_a_role(people: People, role: str, language: str, size: tuple[int, int]) -> None:
    person = people.colleague(role, language, size)
    found = [fault for address in walk(person) for fault in faults(person.page, address, language)]
    assert found == []


@pytest.mark.parametrize("size", [DESK, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_every_public_screen(people: People, language: str, size: tuple[int, int]) -> None:
    visitor = people.visitor(language, size)
    found = []
    for address in PUBLIC:
        assert visitor.open(address).status == 200
        found += faults(visitor.page, address, language)
    assert found == []
