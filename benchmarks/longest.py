"""The page of a customer with a long history: ten thousand facts, half of them from a record that became part of it.

The rows are added to whatever base is measured, once: a figure of its own small data would say less than one beside a
million other customers. The history belongs to one dealer, so that headquarters and that dealer read all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from benchmarks.client import Browser
from benchmarks.network import PASSWORD
from benchmarks.pages import RATIO, ROUNDS, YARDSTICK, measured

FACTS = 10_000
_REFS = ("C-77777772", "C-77777773")
_CUSTOMER = """
INSERT INTO customers_customer (ref, kind, name, gender, province, city, address, language, merged_into_id, created_at,
  updated_at)
VALUES (%s, 'person', '史长卿', '', '上海', '上海', '', '', %s, now(), now()) RETURNING id
"""
_FACTS = """
INSERT INTO kernel_event (at, kind, version, door, organisation_id, subject_kind, subject_id, subject_ref, customer_id,
  payload)
SELECT now() - n * interval '1 hour', (ARRAY['customers.CustomerEdited', 'vehicles.OwnershipStarted'])[1 + n %% 2], 1,
  'screen', %s, 'customers.customer', %s, %s, %s,
  CASE n %% 2 WHEN 0 THEN '{"ref": "", "fields": "name"}'::jsonb ELSE '{"model": "aurora-s", "since": ""}'::jsonb END
FROM generate_series(1, %s) n
"""
_ACCESS = """
INSERT INTO customers_customeraccess (customer_id, organisation_id, kind, since) VALUES (%s, %s, 'lead', now())
"""


def headquarters(port: int, rows: int, runs: int) -> dict[str, Any]:
    """Somebody who sees everything."""
    return _measure(port, "bench-hq", runs)


def dealer(port: int, rows: int, runs: int) -> dict[str, Any]:
    """The dealer whose customer it is."""
    return _measure(port, "bench-dealer", runs)


def _measure(port: int, username: str, runs: int) -> dict[str, Any]:
    ensure_history()
    browser = Browser(port)
    browser.log_in(username, PASSWORD)
    page = f"/desk/customers/{_REFS[0]}/"
    wanted: dict[str, Sequence[str]] = {
        YARDSTICK: ["/bench/one-key/"],
        "customer_page": [page],
        "panels": [f"{page}panels/"],
        "timeline_sales": [f"{page}timeline/?group=sales"],
        "timeline_last_year": [f"{page}timeline/?from=2020-01-01&to=2025-12-31"],
    }
    found = measured(browser, wanted, 5, ROUNDS, runs)
    return {
        "goal": f"p95 <= {RATIO} x one-key page with {FACTS:,} facts",
        "pages": found,
        "is_met": all(each["ratio"] <= RATIO for each in found.values()),
    }


def ensure_history() -> None:
    """Write the customer, who became one with another, and their facts; nothing when they are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '*', true)")
        cursor.execute("SELECT count(*) FROM customers_customer WHERE ref = %s", [_REFS[0]])
        if cursor.fetchone()[0]:
            return
        cursor.execute("SELECT id FROM kernel_organisation WHERE code = 'd0000'")
        owner = cursor.fetchone()[0]
        kept = None
        for ref in _REFS:
            cursor.execute(_CUSTOMER, [ref, kept])
            customer = cursor.fetchone()[0]
            kept = kept or customer
            cursor.execute(_FACTS, [owner, customer, ref, customer, FACTS // len(_REFS)])
        cursor.execute(_ACCESS, [kept, owner])
