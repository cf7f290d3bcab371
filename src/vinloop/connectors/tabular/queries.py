"""Reads: tables somebody uploaded, and how a table of the same shape was read before."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from vinloop.connectors.tabular.importing import CHANNEL
from vinloop.connectors.tabular.mapping import suggest_mapping
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.kernel.models import ReceivedDocument

_LOOKED_BACK = 50


def imports() -> QuerySet[ReceivedDocument]:
    """Uploaded tables in sight, without their bytes, newest first."""
    return ReceivedDocument.objects.filter(channel=CHANNEL).defer("body").order_by("-received_at", "-pk")


def proposed_plan(headers: Sequence[str]) -> ImportPlan:
    """The newest decision for a table with the same columns, else a guess by their names."""
    recent = imports().values_list("context", flat=True)[:_LOOKED_BACK]
    for context in recent:
        if context.get("headers") == list(headers) and context.get("plan"):
            known = context["plan"]
            return ImportPlan(
                mapping=known["mapping"], source=known["source"], campaign=known["campaign"], brand=known["brand"]
            )
    return ImportPlan(mapping=suggest_mapping(headers))
