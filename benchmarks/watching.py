"""From the API's acceptance of a lead to the dealer's open screen."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any

from benchmarks.client import Browser, Timing, as_json
from benchmarks.creating import _lead
from benchmarks.network import PASSWORD, token_for

PER_SECOND = 50
SECONDS = 20
GOAL = 1.0


def live_delay(port: int, rows: int, runs: int) -> dict[str, Any]:
    """Leads of one dealer come in at 50 a second; its open screen hears of each and reads its list again."""
    browser = Browser(port)
    browser.log_in("bench-dealer", PASSWORD)
    heard: dict[str, float] = {}
    ready = threading.Event()
    thread = threading.Thread(target=_listen, args=[port, browser.cookies, heard, ready], daemon=True)
    thread.start()
    ready.wait(10)
    sent = _send(port, token_for("bench-dealer", "d0000"))
    thread.join(10)
    delays = Timing([heard[ref] - at for ref, at in sent.items() if ref in heard])
    missed = len(sent) - len(delays.seconds)
    p95 = delays.percentile(0.95) if delays.seconds else float("inf")
    return {
        "goal": "p95 <= 1 s at 50 leads/s, none missed",
        "sent": len(sent),
        "missed": missed,
        "p50_ms": round(delays.percentile(0.5) * 1000, 1) if delays.seconds else None,
        "p95_ms": round(p95 * 1000, 1),
        "is_met": p95 <= GOAL and not missed,
    }


def _listen(port: int, cookies: dict[str, str], heard: dict[str, float], ready: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", "/live", headers={"Cookie": cookie, "Accept": "text/event-stream"})
    answer = connection.getresponse()
    ready.set()
    end = time.monotonic() + SECONDS + 4
    while time.monotonic() < end:
        try:
            line = answer.readline()
        except OSError:
            return
        if line.startswith(b"data:"):
            heard.setdefault(json.loads(line[5:]).get("ref", ""), time.perf_counter())


def _send(port: int, token: str) -> dict[str, float]:
    """Send leads at an even pace over a few connections; answers when each was accepted."""
    sent: dict[str, float] = {}
    senders = 5

    def work(number: int) -> None:
        browser = Browser(port, token)
        start = time.perf_counter() + number / PER_SECOND
        for turn in range(PER_SECOND * SECONDS // senders):
            due = start + turn * senders / PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            at = time.perf_counter()
            status, content = browser.ask("POST", "/api/v1/leads", as_json(_lead()), Content_Type="application/json")
            if status == 201:
                sent[json.loads(content)["ref"]] = at

    threads = [threading.Thread(target=work, args=[n]) for n in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent
