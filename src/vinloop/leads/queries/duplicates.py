"""Which leads an arrival may already belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vinloop.kernel.db.bulk import run_prepared
from vinloop.kernel.settings import get_setting

_BY_EXTERNAL_ID = """
SELECT t.source_id, t.external_id, l.id, l.ref, c.ref, l.status, l.dealer_id, l.owner_id, l.customer_id
FROM leads_touch t JOIN leads_lead l ON l.id = t.lead_id JOIN customers_customer c ON c.id = l.customer_id
WHERE t.external_id = ANY (%s::text[])
"""
_OPEN = """
SELECT l.customer_id, l.brand_id, l.id, l.ref, c.ref, l.status, l.dealer_id, l.owner_id
FROM leads_lead l JOIN customers_customer c ON c.id = l.customer_id
WHERE l.customer_id = ANY (%s::bigint[]) AND l.received_at > %s AND l.status <> 'delivered'
ORDER BY l.received_at DESC, l.id DESC
"""


@dataclass(frozen=True, slots=True)
class KnownLead:
    """A lead as capture knows it. ``dealer_id`` is set when a dealer has it."""

    id: int
    ref: str
    customer_id: int
    customer_ref: str
    status: str
    dealer_id: int | None
    owner_id: int


def touched_before(external_ids: Sequence[str]) -> tuple[str, Sequence[Any]]:
    """The query for leads that were made or touched with these external ids."""
    return _BY_EXTERNAL_ID, [list(external_ids)]


def by_touch(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], KnownLead]:
    """Rows of ``touched_before`` as leads by (source, external id)."""
    return {
        (source_id, external_id): KnownLead(lead_id, ref, customer_id, customer_ref, status, dealer_id, owner_id)
        for source_id, external_id, lead_id, ref, customer_ref, status, dealer_id, owner_id, customer_id in rows
    }


def open_leads_of(customer_ids: Iterable[int], *, at: datetime) -> dict[tuple[int, int], list[KnownLead]]:
    """Leads of customers within the duplicate window, newest first, by customer and brand; one query."""
    ids = sorted(set(customer_ids))
    if not ids:
        return {}
    since = at - timedelta(days=get_setting("leads.duplicate_days"))
    found: dict[tuple[int, int], list[KnownLead]] = {}
    for customer_id, brand_id, lead_id, ref, customer_ref, status, dealer_id, owner_id in run_prepared(
        _OPEN, [ids, since]
    ):
        lead = KnownLead(lead_id, ref, customer_id, customer_ref, status, dealer_id, owner_id)
        found.setdefault((customer_id, brand_id), []).append(lead)
    return found
