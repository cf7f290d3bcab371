"""Every screen of every role, in both languages, on a desk and on the narrowest phone: nothing breaks or sticks out.

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

ROLES = ("admin", "manager", "dealer", "consultant", "reception")
PUBLIC = ("/", "/models/", "/models/vela-x/", "/dealers/", "/help/", "/privacy/", "/imprint/", "/accounts/login/")
_LINKS = (
    """places => [...document.querySelectorAll(places)].map(link => link.getAttribute('href') ?? link.dataset.href)"""
)
_BEYOND = "() => document.scrollingElement.scrollWidth - innerWidth"
_FACTS = """() => ({
  headings: [...document.querySelectorAll('h1')].filter(one => one.offsetParent !== null).length,
  language: document.documentElement.lang,
  words: [...document.querySelectorAll(
      'h1:not(:has(.vl-ref)), h2, h3, th, label, legend, dt, .vl-rail-word, .btn, .vl-badge, .vl-tabs a')]
    .filter(one => one.offsetParent !== null && !one.closest('[lang]:not(html), .vl-events, code'))
    .map(one => one.textContent.trim()),
})"""
# Texts of the product are written like sentences; names of people and cars begin each word with a capital.
_SENTENCE = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")


def first_records(page: Page, tabs: int) -> Sequence[str]:
    """The first row of a list, and some of the tabs beside the one shown."""
    rows = page.evaluate(_LINKS, "[data-rows] [data-href]:not([data-href=''])")[:1]
    return [*rows, *page.evaluate(_LINKS, "nav.vl-tabs a[href^='/']")[:tabs]]


def walk(person: Person, *, tabs: int) -> Iterator[str]:
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
            waiting.extend(first_records(person.page, tabs))
        yield address


def faults(person: Person, address: str, language: str) -> list[str]:
    """What a customer should not see on this screen, on a desk and on the narrowest phone."""
    page = person.page
    facts = page.evaluate(_FACTS)
    found = [f"{address} has {facts['headings']} main headings"] if facts["headings"] != 1 else []
    if facts["language"] != language:
        found.append(f"{address} speaks {facts['language']}")
    if language == CHINESE:
        found += [f"{address} says in English: {words[:80]!r}" for words in facts["words"] if is_english(words)]
    for width, height in (DESK, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        beyond = page.evaluate(_BEYOND)
        if beyond > 0:
            found.append(f"{address} is {beyond} px too wide for {width} px")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


def told(found: Sequence[str]) -> str:
    """Each fault once, at the first address that has it."""
    first = {fault.partition(" ")[2]: fault for fault in reversed(found)}
    return "\n".join(reversed(first.values()))


def is_english(words: str) -> bool:
    """Whether a label has two English words and not a single Chinese sign."""
    return bool(_SENTENCE.search(words)) and not re.search(r"[一-鿿]", words)


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("role", ROLES)
def test_every_screen_of_a_role(people: People, role: str, language: str) -> None:
    person = people.colleague(role, language)
    # A tab shows the same page with other rows: once is enough.
    tabs = 6 if language == CHINESE else 0
    found = [fault for address in walk(person, tabs=tabs) for fault in faults(person, address, language)]
    assert not found, told(found)


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_every_public_screen(people: People, language: str) -> None:
    visitor = people.visitor(language)
    found = []
    for address in PUBLIC:
        assert visitor.open(address).status == 200
        found += faults(visitor, address, language)
    assert not found, told(found)
