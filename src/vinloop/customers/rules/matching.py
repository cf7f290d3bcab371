"""Which known customer an incoming person is: same phone or e-mail, and a name that can be theirs.

Spouses share phones, so a shared number alone joins nobody. This is the seam where full identity resolution takes
over: it answers the same question with probabilities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from vinloop.kernel.identifiers import names_compatible, normalise_name


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """What matching knows of a golden record."""

    id: int
    ref: str
    name: str
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """The customer found, and by what: ``phone+email``, ``phone`` or ``email``."""

    customer: KnownCustomer
    by: str


@dataclass(slots=True)
class ContactIndex:
    """Known customers by phone number and e-mail address."""

    by_value: dict[str, dict[int, KnownCustomer]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, customer: KnownCustomer, values: Iterable[str]) -> None:
        """Remember at which values a customer can be reached."""
        for value in values:
            self.by_value[value][customer.id] = customer

    def match(self, name: str, values: Iterable[str], *, is_guarded: bool = False) -> Match | None:
        """The best compatible customer: most shared values first, then the oldest record.

        ``is_guarded`` asks for the same full name before it answers with a customer the asker could not see, so
        that nobody learns a stranger's name by typing a number.
        """
        shared: dict[int, list[str]] = defaultdict(list)
        found: dict[int, KnownCustomer] = {}
        for value in values:
            for known in self.by_value.get(value, {}).values():
                if _may_be(name, known, is_guarded):
                    found[known.id] = known
                    shared[known.id].append("email" if "@" in value else "phone")
        if not found:
            return None
        best = min(found, key=lambda i: (-len(shared[i]), i))
        return Match(found[best], "+".join(sorted(set(shared[best]), reverse=True)))


def _may_be(name: str, known: KnownCustomer, is_guarded: bool) -> bool:
    if is_guarded and not known.is_visible:
        return bool(name) and normalise_name(name) == normalise_name(known.name)
    return names_compatible(name, known.name)
