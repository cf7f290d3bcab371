"""Erasure: every room forgets, upper rooms first, in one transaction; what it did is told without naming anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vinloop.customers.models import Customer
from vinloop.customers.personal_data import Erased, PersonalData, erasing_order, personal_data

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Report = list[dict[str, Any]]
Erase = Callable[[Sequence[int], datetime], Sequence[Erased]]


def whole_customer(customer: Customer) -> list[int]:
    """The ids of a golden record and of all that were merged into it."""
    return [customer.pk, *Customer.objects.filter(merged_into=customer).order_by("pk").values_list("pk", flat=True)]


def hindrances(customer_ids: Sequence[int]) -> list[StrOrPromise]:
    """What stands against an erasure now, in words; empty when nothing does."""
    return [words for handler in personal_data() for words in handler.hinders(customer_ids)]


def erase_everywhere(customer_ids: Sequence[int], at: datetime, *, own: Erase | None = None) -> Report:
    """Have every room erase these customers. The caller is authorised, sees all rows, and holds the customers' locks.

    ``own`` replaces what this room itself does. Answers the report: per room what was removed, emptied or kept.
    """
    list(Customer.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk").values_list("pk"))
    return [_told(handler, _erase_of(handler, own)(customer_ids, at)) for handler in erasing_order()]


def _erase_of(handler: PersonalData, own: Erase | None) -> Erase:
    return own if own is not None and handler.code == "customers" else handler.erase


def _told(handler: PersonalData, outcomes: Sequence[Erased]) -> dict[str, Any]:
    summed: dict[tuple[str, str, str], int] = {}
    for each in outcomes:
        key = each.what, each.done, each.duty
        summed[key] = summed.get(key, 0) + each.count
    rows = [
        {"what": what, "done": done, "duty": duty, "count": count}
        for (what, done, duty), count in summed.items()
        if count
    ]
    return {"room": handler.code, "outcomes": rows}
