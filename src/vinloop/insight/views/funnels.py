"""Funnels: stages with their counts, each opening its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.insight.rules.metrics import Counts
from vinloop.insight.views.words import number
from vinloop.kernel.web.board import FunnelStage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Stages = Sequence[tuple[str, str, "StrOrPromise"]]

# The count's name, the list's name of the stage, and the words.
LEAD_FUNNEL: Stages = (
    ("received", "", _("Received")),
    ("valid", "valid", _("Valid")),
    ("dispatched", "dispatched", _("Handed to a dealer")),
    ("contacted", "contacted", _("Contacted by the dealer")),
    ("test_driven", "test_driven", _("Test drive done")),
    ("ordered", "ordered", _("Ordered")),
    ("delivered", "delivered", _("Delivered")),
)
LOOP_FUNNEL: Stages = (
    ("dispatched", "dispatched", _("Dispatched")),
    ("accepted", "accepted", _("Accepted")),
    ("contacted", "contacted", _("Contacted by the dealer")),
    ("test_driven", "test_driven", _("Test drive done")),
    ("ordered", "ordered", _("Ordered")),
    ("delivered", "delivered", _("Delivered")),
)


def funnel(stages: Stages, counts: Counts, url_of: Callable[[str], str]) -> list[FunnelStage]:
    """The stages of a funnel; nothing at all gives no funnel."""
    values = [int(counts.get(name) or 0) for name, _stage, _label in stages]
    if not values or not values[0]:
        return []
    before: list[int | None] = [None, *values[:-1]]
    return [
        FunnelStage(
            label=label,
            count=value,
            count_label=number(value),
            share_of_first=min(value / values[0], 1),
            share_of_previous=value / previous if previous else None,
            url=url_of(stage),
        )
        for (_name, stage, label), value, previous in zip(stages, values, before, strict=True)
    ]
