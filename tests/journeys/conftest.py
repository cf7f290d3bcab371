"""One installation and one browser for the journeys."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.journeys.people import People
from tests.site.runtime_processes import Installation, until

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; the one named by CHROMIUM comes first."""
    wanted = (os.environ.get("CHROMIUM", ""), *BROWSERS)
    found = next(filter(None, (shutil.which(name) for name in wanted if name)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: tools/browser.sh installs one, or name it in CHROMIUM")
    return found


@pytest.fixture(scope="session")
def site(chromium: str) -> Iterator[str]:
    """The address of a real installation with the small demo. Nothing is started when there is no browser.

    Not in pytest's own folder: another run of pytest closes that to others, and root's database is another account.
    """
    running = os.environ.get("VINLOOP_JOURNEY_SITE")
    if running:
        yield running
        return
    with TemporaryDirectory(prefix="vinloop-journeys-", ignore_cleanup_errors=True) as folder:
        here = Installation(Path(folder) / "home")
        for words in (("migrate",), ("demo", "--small")):
            done = here.run(*words)
            assert done.returncode == 0, done.stderr
        with here.up() as up:
            yield f"http://localhost:{here.port}"
            up.send_signal(signal.SIGINT)
            up.wait(20)
        until(here.gone, "the end of every process")


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium.

    Not for the session: while Playwright runs, Django refuses its database to tests of other packages.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known() -> dict[str, StorageState]:
    """Who has logged in already: log-ins are throttled, and slow on purpose."""
    return {}


@pytest.fixture
def people(browser: Browser, site: str, known: dict[str, StorageState]) -> Iterator[People]:
    """Makes the people of a test. Whatever their browsers complained about fails it."""
    found = People(browser, site, known)
    yield found
    complaints = [line for person in found.all for line in person.complaints]
    found.leave()
    assert not complaints, "\n".join(complaints)
