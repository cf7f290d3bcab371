"""The news strip: what is worth telling about the catalogue, told by its own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from vinloop.portal.queries import ShownModel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news about a model."""

    shown: ShownModel
    title: str
    text: str


def news_of(models: Sequence[ShownModel]) -> list[News]:
    """Up to three pieces: the longest range, the most room, the quickest; each about another model."""
    told: list[News] = []
    for figure, most, title in _TOPICS:
        rest = [each for each in models if each.model.facts.get(figure) and each not in [one.shown for one in told]]
        if rest:
            best = (max if most else min)(rest, key=lambda each: float(each.model.facts[figure]))
            told.append(_piece(best, figure, title))
    return told


def _piece(shown: ShownModel, figure: str, title: StrOrPromise) -> News:
    value = number_format(shown.model.facts[figure], use_l10n=True, force_grouping=True)
    return News(shown, str(title) % {"model": shown.model.label, "value": value}, shown.tagline)


_TOPICS: tuple[tuple[str, bool, StrOrPromise], ...] = (
    ("range_km", True, _("%(model)s: %(value)s km on one charge")),
    ("boot_l", True, _("%(model)s: room for %(value)s litres of luggage")),
    ("acceleration_s", False, _("%(model)s: from 0 to 100 in %(value)s seconds")),
)
