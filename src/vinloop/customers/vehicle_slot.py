"""The cars of a customer for the API's whole record: the room of vehicles fills this in, for it stands above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from vinloop.kernel.access import Actor


class CustomerVehicleOut(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's part in a car: ``role`` owner, driver or payer; ``until`` is null while it lasts.

    ``id`` names it to end it; ``origin`` is who says so: ``delivery``, ``person``, or ``records`` of a source.
    """

    id: int
    vin: str
    make: str
    model: str
    plate: str
    role: str
    since: date
    until: date | None
    origin: str


Provider = Callable[[Actor, int], list[CustomerVehicleOut]]
_providers: list[Provider] = []


def declare_vehicles(provider: Provider) -> None:
    """Tell how the cars of a customer are found, current ones first; called in ``apps.py``."""
    _providers[:] = [provider]


def vehicles_for(actor: Actor, customer_id: int) -> list[CustomerVehicleOut]:
    """The customer's cars the actor may see."""
    return _providers[0](actor, customer_id) if _providers else []
