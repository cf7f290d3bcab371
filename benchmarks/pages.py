"""Lists, search and customer pages against a page that reads one row by its key.

Every address is asked once before it is measured: the yardstick's one row is in memory too, and what is compared is the
work of a page, not the disk of a database that has just started.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from benchmarks.client import Browser, Timing, interleaved
from benchmarks.dataset import phone_of, vin_of
from benchmarks.network import PASSWORD

ROUNDS = 100
BOARD_ROUNDS = 20
RATIO = 5.0
BOARD_SECONDS = 1.0
YARDSTICK = "one_key"


def headquarters(port: int, rows: int, runs: int) -> dict[str, Any]:
    """A headquarters user, who sees everything."""
    return _measure(port, "bench-hq", _samples(dealer_id=None), runs)


def dealer(port: int, rows: int, runs: int) -> dict[str, Any]:
    """A dealer user, who sees one of a thousand dealers."""
    return _measure(port, "bench-dealer", _samples(dealer_id=_first_dealer()), runs)


def boards_headquarters(port: int, rows: int, runs: int) -> dict[str, Any]:
    """The boards of the whole network: they count, where a list only looks up."""
    return _measure_boards(port, "bench-hq", runs, {"campaigns": "campaigns/"})


def boards_dealer(port: int, rows: int, runs: int) -> dict[str, Any]:
    """The boards of one dealer."""
    return _measure_boards(port, "bench-dealer", runs, {})


def _measure_boards(port: int, username: str, runs: int, more: dict[str, str]) -> dict[str, Any]:
    browser = Browser(port)
    browser.log_in(username, PASSWORD)
    pages = {name: f"{name}/" for name in ("funnel", "response", "loop", "showroom")}
    addresses = {"overview": "", **pages, "hand_overs": "hand-overs/", **more}
    wanted: dict[str, Sequence[str]] = {name: [f"/desk/insight/{page}"] for name, page in addresses.items()}
    wanted[YARDSTICK] = ["/bench/one-key/"]
    found = _found(_timings(browser, wanted, 1, BOARD_ROUNDS, runs))
    slowest = max(page["p50_ms"] for page in found.values())
    return {
        "goal": f"median <= {BOARD_SECONDS:g} s",
        "pages": found,
        "is_met": slowest <= BOARD_SECONDS * 1000,
    }


def _first_dealer() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kernel_organisation WHERE code = 'd0000'")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _samples(dealer_id: int | None) -> list[tuple[int, str, str, str, str]]:
    """Customers to look for: (id, customer ref, lead ref, name, status)."""
    condition = "" if dealer_id is None else "AND l.owner_id = %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '*', false)")
        cursor.execute(
            "SELECT c.id, c.ref, l.ref, c.name, l.status FROM customers_customer c"
            f" JOIN leads_lead l ON l.id = c.id WHERE l.status = 'delivered' {condition} ORDER BY l.id DESC LIMIT 20",
            [] if dealer_id is None else [dealer_id],
        )
        return list(cursor.fetchall())


def _measure(port: int, username: str, samples: list[tuple[int, str, str, str, str]], runs: int) -> dict[str, Any]:
    from pypinyin import lazy_pinyin

    browser = Browser(port)
    browser.log_in(username, PASSWORD)
    names = [name for _, _, _, name, _ in samples]
    wanted: dict[str, Sequence[str]] = {
        YARDSTICK: ["/bench/one-key/"],
        "lead_list": ["/desk/leads/"],
        "lead_list_by_status": ["/desk/leads/?status=delivered"],
        "customer_list": ["/desk/customers/"],
        "search_chinese": [f"/desk/customers/?q={_quoted(name[-2:])}" for name in names],
        "search_pinyin": [f"/desk/customers/?q={'+'.join(lazy_pinyin(name))}" for name in names],
        "search_phone_tail": [f"/desk/customers/?q={phone_of(i)[-4:]}" for i, *_ in samples],
        "search_vin_tail": [f"/desk/customers/?q={vin_of(i)[-6:]}" for i, *_ in samples],
        "search_leads": [f"/desk/leads/?q={_quoted(name[-2:])}" for name in names],
        "customer_page": [f"/desk/customers/{ref}/" for _, ref, *_ in samples],
        "lead_page": [f"/desk/leads/{ref}/" for _, _, ref, *_ in samples],
    }
    found = _found(_timings(browser, wanted, len(samples), ROUNDS, runs))
    return {
        "goal": f"p95 <= {RATIO} x one-key page",
        "pages": found,
        "is_met": all(page["ratio"] <= RATIO for page in found.values()),
    }


def measured(
    browser: Browser, wanted: dict[str, Sequence[str]], warming: int, rounds: int, runs: int
) -> dict[str, dict[str, float]]:
    """How long each page takes beside the yardstick, in milliseconds and as a multiple."""
    return _found(_timings(browser, wanted, warming, rounds, runs))


def _timings(
    browser: Browser, wanted: dict[str, Sequence[str]], warming: int, rounds: int, runs: int
) -> dict[str, Timing]:
    interleaved(browser, wanted, warming)
    results = [interleaved(browser, wanted, rounds // max(1, runs) or 1) for _ in range(runs)]
    return {name: Timing([s for run in results for s in run[name].seconds]) for name in wanted}


def _found(timings: dict[str, Timing]) -> dict[str, dict[str, float]]:
    yardstick = timings[YARDSTICK].percentile(0.95)
    return {
        name: {
            "p50_ms": round(timing.percentile(0.5) * 1000, 1),
            "p95_ms": round(timing.percentile(0.95) * 1000, 1),
            "ratio": round(timing.percentile(0.95) / yardstick, 2),
        }
        for name, timing in timings.items()
    }


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)
