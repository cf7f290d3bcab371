"""A small HTTP client for measuring: kept-alive connections to loopback, nothing else."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


class Browser:
    """One kept-alive connection with cookies."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = token

    def ask(self, method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Send a request; answers status and body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        self.connection.request(method, url, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, content

    def log_in(self, username: str, password: str) -> None:
        """Log in as a person does. Raises ``RuntimeError`` when the page does not let us in."""
        _, page = self.ask("GET", "/accounts/login/")
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": found[1].decode() if found else "", "login": username, "password": password}
        status, _ = self.ask(
            "POST",
            "/accounts/login/",
            urlencode(form).encode(),
            Content_Type="application/x-www-form-urlencoded",
            Referer="http://127.0.0.1/",
        )
        if status != 302:
            raise RuntimeError(f"log-in as {username} was answered {status}")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of many requests to one page."""

    seconds: list[float]

    def percentile(self, share: float) -> float:
        """The value below which ``share`` of the requests stayed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def interleaved(browser: Browser, pages: dict[str, Sequence[str]], rounds: int) -> dict[str, Timing]:
    """Open all pages in turn, ``rounds`` times, so that noise falls on all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds):
        for name, urls in pages.items():
            start = time.perf_counter()
            status, _ = browser.ask("GET", urls[turn % len(urls)])
            seconds[name].append(time.perf_counter() - start)
            if status != 200:
                raise RuntimeError(f"{name} was answered {status}: {urls[turn % len(urls)]}")
    return {name: Timing(found) for name, found in seconds.items()}


def rate(make: Callable[[], Callable[[int], None]], *, clients: int, seconds: float) -> float:
    """Requests per second of several clients in threads; ``make`` gives each its own sender."""
    counts = [0] * clients
    stop = time.perf_counter() + seconds

    def work(number: int) -> None:
        send = make()
        while time.perf_counter() < stop:
            send(counts[number] * clients + number)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=[n]) for n in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def as_json(value: Any) -> bytes:
    """A JSON body."""
    return json.dumps(value, ensure_ascii=False).encode()
