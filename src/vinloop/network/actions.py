"""Writes of the network room: what headquarters says about a dealer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.models import Organisation
from vinloop.network.events import DealerChanged, NotADealer, TerritoriesChanged
from vinloop.network.models import DealerProfile, Territory
from vinloop.network.queries import dealer_directory

MANAGE = "network.dealer:manage"
_DEALERS = (Organisation.Kind.DEALER, Organisation.Kind.SERVICE_STATION)


@dataclass(frozen=True, slots=True)
class DealerValues:
    """What an administrator says about a dealer. ``lead_capacity`` in open leads; ``weight`` 1.0 is neutral."""

    province: str = ""
    city: str = ""
    address: str = ""
    address_en: str = ""
    phone: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None
    lead_capacity: int = 60
    weight: float = 1.0
    accepts_leads: bool = True


def edit_dealer(
    *, actor: Actor, organisation_id: int, values: DealerValues, brand_ids: Collection[int], at: datetime
) -> DealerProfile:
    """Set a dealer's address, brands and capacity, making the profile when there is none.

    Raises ``NotADealer``, ``NotAllowed``.
    """
    actor.require(MANAGE, organisation_id=organisation_id)
    _require_dealer(organisation_id)
    profile, _ = DealerProfile.objects.select_for_update().get_or_create(organisation_id=organisation_id)
    changed = [name for name, value in asdict(values).items() if getattr(profile, name) != value]
    for name in changed:
        setattr(profile, name, getattr(values, name))
    profile.save()
    if set(profile.brands.values_list("id", flat=True)) != set(brand_ids):
        profile.brands.set(brand_ids)
        changed.append("brands")
    if changed:
        _announce(DealerChanged(fields=tuple(changed)), actor, organisation_id, at)
    return profile


def set_territories(*, actor: Actor, organisation_id: int, places: Collection[tuple[str, str]], at: datetime) -> None:
    """Make the (province, city) pairs the dealer's own ground, and nothing else. Raises as :func:`edit_dealer`."""
    actor.require(MANAGE, organisation_id=organisation_id)
    _require_dealer(organisation_id)
    rows = Territory.objects.select_for_update().filter(organisation_id=organisation_id)
    known = {(row.province, row.city): row for row in rows}
    wanted = {place for place in places if any(place)}
    added, removed = wanted - set(known), set(known) - wanted
    if not added and not removed:
        return
    Territory.objects.filter(pk__in=[known[place].pk for place in removed]).delete()
    Territory.objects.bulk_create(_territory(organisation_id, place) for place in sorted(added))
    _announce(TerritoriesChanged(added=len(added), removed=len(removed)), actor, organisation_id, at)


def _territory(organisation_id: int, place: tuple[str, str]) -> Territory:
    return Territory(organisation_id=organisation_id, province=place[0], city=place[1])


def _require_dealer(organisation_id: int) -> None:
    if not Organisation.objects.filter(pk=organisation_id, kind__in=_DEALERS).exists():
        raise NotADealer(organisation_id)


def _announce(fact: Fact, actor: Actor, organisation_id: int, at: datetime) -> None:
    subject = Subject("network.dealer", organisation_id, organisation_id)
    record(fact, actor=actor, subject=subject, at=at)
    transaction.on_commit(dealer_directory.forget)
