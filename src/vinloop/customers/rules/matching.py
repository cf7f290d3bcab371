"""Which known customer an incoming person is: same phone or e-mail, and the weights of identity resolution.

A door sees little more than a name and a number, and must answer in milliseconds. Spouses share phones, so a shared
number alone joins nobody: the same vetoes and the same model judge here that judge the whole base.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vinloop.customers.matching.features import Features
from vinloop.customers.matching.levels import NAME
from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.matching.scoring import level_of, score
from vinloop.customers.matching.vetoes import veto
from vinloop.customers.standard.names import organisation_kind, standard_company_name, standard_person_name
from vinloop.kernel.identifiers import names_compatible, normalise_name

# Of two whole names, these agree well enough for a door; one word in common is a household's surname.
_AGREEING = ("exact", "sound", "near", "cut", "part")


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """What matching knows of a golden record."""

    id: int
    ref: str
    name: str
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """The customer found, by what (``phone+email``, ``phone`` or ``email``), and how probably it is the same."""

    customer: KnownCustomer
    by: str
    probability: float = 1.0


@dataclass(slots=True)
class ContactIndex:
    """Known customers by phone number and e-mail address, and the weights to judge them by."""

    model: Model = field(default_factory=default_model)
    by_value: dict[str, dict[int, KnownCustomer]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, customer: KnownCustomer, values: Iterable[str]) -> None:
        """Remember at which values a customer can be reached."""
        for value in values:
            self.by_value[value][customer.id] = customer

    def match(self, name: str, values: Iterable[str], *, is_guarded: bool = False) -> Match | None:
        """The likeliest customer that may be meant: most shared values first, then the oldest record.

        ``is_guarded`` asks for the same full name before it answers with a customer the asker could not see, so
        that nobody learns a stranger's name by typing a number.
        """
        shared: dict[int, list[str]] = defaultdict(list)
        found: dict[int, KnownCustomer] = {}
        for value in values:
            for known in self.by_value.get(value, {}).values():
                shared[known.id].append(value)
                found[known.id] = known
        judged = {each: self._judge(name, found[each], shared[each], is_guarded) for each in found}
        likely = {each: probability for each, probability in judged.items() if probability is not None}
        if not likely:
            return None
        best = min(likely, key=lambda i: (-len(shared[i]), i))
        kinds = {"email" if "@" in value else "phone" for value in shared[best]}
        return Match(found[best], "+".join(sorted(kinds, reverse=True)), likely[best])

    def _judge(self, name: str, known: KnownCustomer, values: Sequence[str], is_guarded: bool) -> float | None:
        """How probably it is the same customer; None when it is not, or may not be said."""
        if is_guarded and not known.is_visible and (not name or normalise_name(name) != normalise_name(known.name)):
            return None
        one, two = _features(name, values), _features(known.name, values)
        if veto(one, two):
            return None
        probability = score(self.model, one, two).probability
        level = level_of(NAME, one, two)
        if level is None:  # who gave no name contradicts nobody
            return probability
        if level.code not in _AGREEING and not names_compatible(name, known.name):
            return None
        return probability if probability >= self.model.review else None


def _features(name: str, values: Sequence[str]) -> Features:
    """What a door knows: a name, and the numbers and addresses both sides share."""
    is_org = bool(organisation_kind(name))
    made = standard_company_name(name) if is_org else standard_person_name(name)
    return Features(
        id=0,
        is_org=is_org,
        name=made.text or None,
        whole_name=made.whole or None,
        sound=None if made.is_bare or is_org else made.sound or None,
        words=None if is_org else made.words or None,
        is_han=made.is_han,
        is_bare=made.is_bare,
        phones=tuple(value for value in values if "@" not in value) or None,
        email=next((value for value in values if "@" in value), None),
    )
