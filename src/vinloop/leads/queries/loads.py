"""How many open leads dealers have, for the network's screens."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from vinloop.leads.models import Lead
from vinloop.leads.rules.states import OPEN_AT_DEALER


def count_open_leads(dealer_ids: Collection[int]) -> dict[int, int]:
    """Open leads by dealer, as far as the scope in force shows them; one query."""
    rows = Lead.objects.filter(owner_id__in=list(dealer_ids), status__in=OPEN_AT_DEALER)
    return {row["owner_id"]: row["n"] for row in rows.values("owner_id").annotate(n=Count("id")).order_by()}
