"""The ways leads can be divided: where they came from, what they want, who works on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.insight.queries.scope import COMPARE, BoardScope, place_labels
from vinloop.kernel.access import Actor
from vinloop.kernel.models import User
from vinloop.leads.models import Campaign, LeadSource
from vinloop.vehicles.models import CarModel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Labels = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide leads. ``key`` is the lead list's filter, ``path`` the field."""

    key: str
    label: StrOrPromise
    path: str
    none_label: StrOrPromise
    read: Callable[[Sequence[int]], Labels]


def _sources(ids: Sequence[int]) -> Labels:
    return {each.pk: (each.code, each.label) for each in LeadSource.objects.filter(pk__in=ids)}


def _campaigns(ids: Sequence[int]) -> Labels:
    return {each.pk: (each.code, each.label) for each in Campaign.objects.filter(pk__in=ids)}


def _models(ids: Sequence[int]) -> Labels:
    return {each.pk: (each.code, each.label) for each in CarModel.objects.filter(pk__in=ids)}


def _people(ids: Sequence[int]) -> Labels:
    return {each.pk: (each.username, each.label) for each in User.objects.filter(pk__in=ids)}


def _places(_ids: Sequence[int]) -> Labels:
    return place_labels()


DIMENSIONS: Mapping[str, Dimension] = {
    each.key: each
    for each in (
        Dimension("source", _("Source"), "source_id", "", _sources),
        Dimension("campaign", _("Campaign"), "campaign_id", _("Without a campaign"), _campaigns),
        Dimension("model", _("Model"), "car_model_id", _("Model not named"), _models),
        Dimension("region", _("Region"), "dealer__parent_id", _("Not at a dealer"), _places),
        Dimension("dealer", _("Dealer"), "dealer_id", _("Not at a dealer"), _places),
        Dimension("consultant", _("Consultant"), "consultant_id", _("No consultant yet"), _people),
    )
}


def dimensions_for(actor: Actor, scope: BoardScope) -> list[Dimension]:
    """The divisions that make sense in a scope and that the reader may see."""
    keys = ["source", "campaign", "model"]
    if actor.may(COMPARE):
        keys += {"manufacturer": ["region", "dealer"], "region": ["dealer"]}.get(scope.place.kind, [])
    if scope.parts == "consultant":
        keys.append("consultant")
    return [DIMENSIONS[key] for key in keys]


def labels_of(dimension: Dimension, keys: Iterable[int | None]) -> Labels:
    """Code and name of the values that occur; at most one query."""
    return dimension.read([key for key in keys if key is not None])
