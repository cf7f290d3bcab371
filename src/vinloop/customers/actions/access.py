"""Who may see a customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from vinloop.kernel.db.bulk import insert_rows
from vinloop.kernel.search import add_scopes

_COLUMNS = {"customer_id": "bigint", "organisation_id": "bigint", "kind": "text", "since": "timestamptz"}
_RENEW = "(customer_id, organisation_id, kind) DO UPDATE SET until = NULL"


def give_access(*, customer_ids: Iterable[int], organisation_id: int, kind: str, at: datetime) -> None:
    """Let an organisation see customers because of a lead, visit, order, sale or grant.

    Called by actions that have authorised their actor and see all rows. Harmless when the relation exists.
    """
    pairs = [(customer_id, organisation_id) for customer_id in set(customer_ids)]
    give_access_to_pairs(pairs=pairs, kind=kind, at=at)


def give_access_to_pairs(*, pairs: Sequence[tuple[int, int]], kind: str, at: datetime) -> None:
    """Let many organisations see many customers: (customer id, organisation id). Otherwise like ``give_access``."""
    unique = sorted(set(pairs))
    insert_rows(
        "customers_customeraccess",
        _COLUMNS,
        [(customer_id, organisation_id, kind, at) for customer_id, organisation_id in unique],
        on_conflict=_RENEW,
    )
    add_scopes("customer", unique)


def end_access(*, customer_id: int, organisation_id: int, kind: str, at: datetime) -> None:
    """End one reason for an organisation to see a customer; other reasons stay.

    The search tokens stay too: what they lead to is decided by the protected table.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customeraccess SET until = %s"
            " WHERE customer_id = %s AND organisation_id = %s AND kind = %s AND until IS NULL",
            [at, customer_id, organisation_id, kind],
        )
