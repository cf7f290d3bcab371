"""A person at a browser, and everything the browser complained about meanwhile."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, StorageState, expect

PASSWORD = "vinloop-demo"
PHONE, NARROW, DESK = (390, 844), (360, 740), (1440, 900)
ENGLISH, CHINESE = "en", "zh-hans"
# The machine may be busy; a condition that holds sooner is noticed sooner.
PATIENCE_MS = 12_000
PICTURES = "VINLOOP_PICTURES"
# A mistake in a form is answered with the form and 422, which browsers note in the console.
_HARMLESS = ("status of 422",)

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Person:
    """One browser window with one person in front of it."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Response:
        """Go to an address of the site; answers the page's own response."""
        response = self.page.goto(address)
        assert response is not None, address
        return response

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Save what is on the screen for the docs, when pictures are wanted and this one has a name."""
        folder = os.environ.get(PICTURES)
        if folder and name:
            expect(self.page.locator(".vl-skeleton:visible")).to_have_count(0)
            self.page.evaluate("document.activeElement?.blur()")
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole, animations="disabled")

    def hear(self, message: ConsoleMessage) -> None:
        """Remember what the browser calls an error, policy violations among them."""
        if message.type == "error" and not any(words in message.text for words in _HARMLESS):
            self.complaints.append(f"{self.page.url}: {message.text} ({message.location.get('url', '')})")

    def forgive(self, words: str) -> None:
        """Forget complaints that belong to what was tried on purpose."""
        self.complaints[:] = [line for line in self.complaints if words not in line]

    def fail(self, error: Exception) -> None:
        """Remember a script that broke."""
        self.complaints.append(f"{self.page.url}: {error}")


class People:
    """Whoever takes part in a test; logs each user name in once."""

    def __init__(self, browser: Browser, site: str, known: dict[str, StorageState]) -> None:
        self._browser, self._site, self._known = browser, site, known
        self.all: list[Person] = []

    def visitor(self, language: str, size: tuple[int, int] = DESK, **more: Any) -> Person:
        """Somebody nobody knows, whose browser speaks this language."""
        locale = "zh-CN" if language == CHINESE else "en-GB"
        context = self._browser.new_context(
            base_url=self._site,
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size[0] < 500,
            has_touch=size[0] < 500,
            device_scale_factor=1,
            locale=locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.set_default_navigation_timeout(PATIENCE_MS)
        person = Person(context, context.new_page())
        person.page.on("console", person.hear)
        person.page.on("pageerror", person.fail)
        self.all.append(person)
        return person

    def colleague(self, username: str, language: str, size: tuple[int, int] = DESK) -> Person:
        """A user of the demo, logged in and looking at the product in this language."""
        known = {"storage_state": self._known[username]} if username in self._known else {}
        person = self.visitor(language, size, **known)
        if not known:
            log_in(person, username)
            self._known[username] = person.context.storage_state()
        speak(person, language)
        return person

    def leave(self) -> None:
        """Close every window, the pages before what holds them."""
        for person in self.all:
            for page in person.context.pages:
                page.close()
            person.context.close()


def log_in(person: Person, username: str) -> None:
    """By the log-in page, as everybody."""
    person.open("/accounts/login/")
    person.page.locator("input[name=login]").fill(username)
    person.page.locator("input[name=password]").fill(PASSWORD)
    person.page.locator("form button.btn-primary").click()
    expect(person.page.locator("body.vl-app")).to_be_attached()


def speak(person: Person, language: str) -> None:
    """Switch the language with the button of the page, unless it is this one already."""
    if person.page.url == "about:blank":
        person.open("/desk/")
    html = person.page.locator("html")
    if html.get_attribute("lang") != language:
        person.page.locator(f".vl-language button[value={language}]").first.click()
        expect(html).to_have_attribute("lang", language)
