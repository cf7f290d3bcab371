"""Why two records are taken for one customer, or not: the score as a waterfall people can read.

Evidence is counted in bits: one more doubles the odds, one less halves them. The start says how rare it is that two
records picked at random are one customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.weights import current_model
from vinloop.customers.matching import vetoes
from vinloop.customers.matching.clusters import PERSON, TOO_LARGE
from vinloop.customers.matching.features import Features
from vinloop.customers.matching.levels import COMPARISONS
from vinloop.customers.matching.scoring import Part, score
from vinloop.customers.matching.vetoes import veto
from vinloop.customers.matching.worn import without
from vinloop.customers.models import MatchRow

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

VETOES: Mapping[str, StrOrPromise] = {
    vetoes.KIND: _("One is a person, the other an organisation."),
    vetoes.IDENTITY: _("The ID numbers differ: two people."),
    vetoes.NAMES: _("Two different full names. A household shares phone and flat, but not the name."),
    vetoes.SURNAMES: _("The surnames differ."),
    vetoes.IMPERSONAL: _("Only a car or an address agrees, and a household shares those."),
    TOO_LARGE: _("Together they would be more records than one customer ever has."),
    PERSON: _("A person said that they are never the same."),
}
REASONS: Mapping[str, StrOrPromise] = {
    "": _("Probability in doubt"),
    vetoes.IMPERSONAL: _("Only car or address agrees"),
    TOO_LARGE: _("Would be too many records"),
}
COMPARISON_WORDS: Mapping[str, str | Promise] = {each.code: each.label for each in COMPARISONS}
LEVEL_WORDS: Mapping[tuple[str, str], str | Promise] = {
    (each.code, level.code): level.label for each in COMPARISONS for level in each.levels
}
_SCALE = 24.0  # bits from the middle to the edge of the picture


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall: what was compared, how it agreed, its bits, and where its bar is drawn (0-100)."""

    comparison: str
    level: str
    label: str | Promise
    how: str | Promise
    bits: float
    left: int
    width: int

    @property
    def signed(self) -> str:
        """The evidence with its sign; a true minus, as figures are set."""
        return f"{self.bits:+.1f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The waterfall of a pair: start, bars, total bits, the probability they make, and what forbids the pair."""

    start: Bar
    bars: Sequence[Bar]
    total: float
    probability: float
    veto: str = ""

    @property
    def veto_words(self) -> StrOrPromise:
        """What keeps the two apart however alike they look; empty when nothing does."""
        return VETOES.get(self.veto, "")

    @property
    def signed_total(self) -> str:
        """The sum with its sign."""
        return f"{self.total:+.1f}".replace("-", "−")


def explain(one: Features, two: Features) -> Explanation:
    """Two records compared with the model in force."""
    model = current_model()
    made = score(model, without(one, model.worn), without(two, model.worn))
    return waterfall(made.start, made.parts, made.probability, veto(one, two))


def explain_records(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Explanation]:
    """The waterfalls of pairs of records, one query for all; a pair one of whose records can't be compared is left out.

    The caller is authorised and sees all rows.
    """
    ids = {each for pair in pairs for each in pair}
    rows = MatchRow.objects.filter(record_id__in=ids).values_list("record_id", "features")
    features = {record_id: msgspec.convert(document, Features) for record_id, document in rows}
    return {
        (one, two): explain(features[one], features[two]) for one, two in pairs if one in features and two in features
    }


def waterfall(start: float, parts: Sequence[Part], probability: float, veto_code: str = "") -> Explanation:
    """A score as bars, each beginning where the one before ended."""
    at, bars = start, []
    for part in parts:
        label, how = COMPARISON_WORDS[part.comparison], LEVEL_WORDS[part.comparison, part.level]
        bars.append(_bar((part.comparison, part.level), (label, how), part.bits, at))
        at += part.bits
    first = _bar(("start", ""), (_("Start"), _("two records picked at random")), start, 0.0)
    return Explanation(first, bars, at, probability, veto_code)


def _bar(codes: tuple[str, str], words: tuple[str | Promise, str | Promise], bits: float, at: float) -> Bar:
    ends = sorted(_place(each) for each in (at, at + bits))
    return Bar(*codes, *words, bits, ends[0], max(1, ends[1] - ends[0]))


def _place(bits: float) -> int:
    return round(50 + 50 * max(-1.0, min(1.0, bits / _SCALE)))
