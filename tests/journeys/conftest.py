"""One installation and one browser for the journeys."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

import psutil
import pytest
from playwright.sync_api import Browser, Error, Playwright, StorageState, sync_playwright

from tests.journeys.people import People
from tests.site.runtime_processes import Installation, until

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CLOSING_SECONDS = 30.0


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


class Chromium:
    """A headless Chromium, started anew when the last one had to be ended."""

    def __init__(self, playwright: Playwright, path: str) -> None:
        self._playwright, self._path = playwright, path
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        """The one that runs, or a new one."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._playwright.chromium.launch(executable_path=self._path, args=["--no-sandbox"])
        return self._browser

    @contextmanager
    def ended_if_stuck(self) -> Iterator[None]:
        """End it when it does not let go: on a busy machine it has stood still for good while pages were closed."""
        ended: list[int] = []
        timer = Timer(CLOSING_SECONDS, lambda: ended.extend(_end_browsers()))
        timer.start()
        try:
            yield
        except Error:
            if not ended:
                raise
        finally:
            timer.cancel()


def _end_browsers() -> list[int]:
    found = [each for each in psutil.Process().children(recursive=True) if "chrom" in each.name()]
    for each in found:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    return [each.pid for each in found]


@pytest.fixture(scope="package")
def browsers(chromium: str) -> Iterator[Chromium]:
    """A headless Chromium.

    Not for the session: while Playwright runs, Django refuses its database to tests of other packages.
    """
    with sync_playwright() as playwright:
        made = Chromium(playwright, chromium)
        yield made
        with made.ended_if_stuck():
            made.browser().close()


@pytest.fixture(scope="session")
def known() -> dict[str, StorageState]:
    """Who has logged in already: log-ins are throttled, and slow on purpose."""
    return {}


@pytest.fixture
def people(browsers: Chromium, site: str, known: dict[str, StorageState]) -> Iterator[People]:
    """Makes the people of a test. Whatever their browsers complained about fails it."""
    found = People(browsers.browser(), site, known)
    yield found
    complaints = [line for person in found.all for line in person.complaints]
    with browsers.ended_if_stuck():
        found.leave()
    assert not complaints, "\n".join(complaints)
