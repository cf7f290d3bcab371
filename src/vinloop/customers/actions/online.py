"""Who is this? One partial record matched against the base in milliseconds, with the weights in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vinloop.customers.actions.candidates import Candidate, candidates_for, keys_of, meeting
from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.actions.weights import current_model
from vinloop.customers.matching.scoring import Part
from vinloop.customers.matching.vetoes import veto
from vinloop.customers.models import Customer
from vinloop.customers.queries import READ
from vinloop.customers.standard.record import standardise
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.sealing import digester

MOST = 10


@dataclass(frozen=True, slots=True)
class PersonMatch:
    """A customer the record may be: how probably, and why. ``start`` and the bits of ``parts`` add up to the odds
    (log2); ``veto`` is the code of what keeps them apart all the same, empty when nothing does.
    """

    ref: str
    name: str
    probability: float
    start: float
    parts: Sequence[Part]
    veto: str = ""


def match_person(*, actor: Actor, values: Mapping[str, Sequence[str]]) -> list[PersonMatch]:
    """The customers in the actor's sight that a partial record may be, the likeliest first, at most ten.

    ``values`` is field → texts (``standard.fields``), written in any way. Reads only. Raises ``NotAllowed``.
    """
    actor.require(READ)
    with elevated("compare with records whoever owns them"):
        model = current_model()
        record = standardise(values, record_id=0, digest=digester(ID_PURPOSE)).features
        found = candidates_for(model, record, meeting(model, keys_of(model, record)))
    best: dict[int, Candidate] = {}
    for each in found:
        if each.known.customer_id is not None:
            best.setdefault(each.known.customer_id, each)
    visible = Customer.objects.filter(pk__in=best, merged_into__isnull=True, erased_at__isnull=True)
    names = {pk: (ref, name) for pk, ref, name in visible.values_list("pk", "ref", "name")}
    return [
        PersonMatch(
            *names[customer_id], each.score.probability, each.score.start, each.score.parts,
            veto(record, each.known.features),
        )
        for customer_id, each in best.items()
        if customer_id in names
    ][:MOST]  # fmt: skip
