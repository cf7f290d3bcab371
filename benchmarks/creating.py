"""Lead creation over HTTP against an endpoint that only inserts one row."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.client import Browser, as_json, rate
from benchmarks.network import token_for

CLIENTS = 4
SECONDS = 4.0
GOAL = 1 / 3


def creation_ratio(port: int, rows: int, runs: int) -> dict[str, Any]:
    """Requests per second of both, in turn, and the ratio of each pair."""
    token = token_for("bench-admin", "hq")

    def bare() -> Callable[[int], None]:
        browser = Browser(port)
        return lambda n: _expect(browser, "/bench/insert/", as_json({"n": n}))

    def leads() -> Callable[[int], None]:
        browser = Browser(port, token)
        return lambda n: _expect(browser, "/api/v1/leads", as_json(_lead()))

    pairs = [
        (rate(bare, clients=CLIENTS, seconds=SECONDS), rate(leads, clients=CLIENTS, seconds=SECONDS))
        for _ in range(runs)
    ]
    ratio = statistics.median(created / inserted for inserted, created in pairs)
    return {
        "goal": "at least 1/3 of a bare insert",
        "bare_per_second": round(statistics.median(b for b, _ in pairs), 1),
        "leads_per_second": round(statistics.median(c for _, c in pairs), 1),
        "ratio": round(ratio, 3),
        "is_met": ratio >= GOAL,
    }


def _lead() -> dict[str, Any]:
    unique = uuid.uuid4().int
    return {
        "external_id": uuid.uuid4().hex,
        "source": "web",
        "campaign": "spring",
        "customer": {"name": "王小明", "phones": [f"+86198{unique % 100_000_000:08d}"], "city": "上海"},
        "interest": {"kind": "buy", "brand": "Aurora", "model": "Model 1"},
        "timeframe": "30 days",
    }


def _expect(browser: Browser, url: str, body: bytes) -> None:
    status, content = browser.ask("POST", url, body, Content_Type="application/json")
    if status != 201:
        raise RuntimeError(f"{url} was answered {status}: {content[:300]!r}")
