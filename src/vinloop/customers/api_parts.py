"""Parts of the API's record of a customer: where values are from, addresses, sources and what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from vinloop.customers.facts import provenance_words
from vinloop.customers.profile import Place, Profile
from vinloop.kernel.events.queries import timeline
from vinloop.kernel.models import Event


class FactOut(msgspec.Struct, frozen=True):
    """One thing that happened, in words of the caller's language."""

    at: datetime
    kind: str
    title: str
    who: str
    door: str
    ref: str


class ProvenanceOut(msgspec.Struct, frozen=True, kw_only=True):
    """Where a golden value is from: the source (empty when it is out of the caller's sight), the day it was said, and
    the rule that chose it; ``words`` says it in the caller's language.
    """

    source: str
    as_of: str
    rule: str
    words: str


class CustomerAddressOut(msgspec.Struct, frozen=True, kw_only=True):
    """An address a source gave, masked to its ``place``; ``id`` names it for ``unmask``."""

    id: int
    place: str
    is_primary: bool
    last_seen_on: date | None
    valid_until: date | None


class OriginOut(msgspec.Struct, frozen=True):
    """How many records a source in the caller's sight sent of the customer."""

    source: str
    name: str
    records: int


def provenance_of(profile: Profile) -> dict[str, ProvenanceOut]:
    """Where each golden value is from, by field; a field a person corrected has none."""
    names = {each.source: each.name for each in profile.origins}
    return {
        field: ProvenanceOut(
            source=row.get("source", "") if row.get("source") in names else "",
            as_of=row.get("as_of", ""),
            rule=row.get("rule", ""),
            words=provenance_words(row, names),
        )
        for field, row in profile.customer.provenance.items()
        if field not in profile.customer.held_fields
    }


def place_out(place: Place) -> CustomerAddressOut:
    """An address, masked."""
    return CustomerAddressOut(
        id=place.id,
        place=place.place,
        is_primary=place.is_primary,
        last_seen_on=place.last_seen_on,
        valid_until=place.valid_until,
    )


def facts_out(events: Iterable[Event]) -> list[FactOut]:
    """Facts in words, read ``with_names``."""
    return [FactOut(each.at, each.kind, each.title, each.who, each.door, each.ref) for each in timeline(list(events))]
