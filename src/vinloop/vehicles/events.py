"""Facts the vehicles room announces and the errors it raises. A VIN never stands in a payload in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact
from vinloop.kernel.refusals import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotAVin(ValueError):
    """The text is no vehicle identification number; ``problem`` is a code of ``identifiers.vin_problem``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class CodeTaken(Refused):
    """Another brand or model of the catalogue already has this code."""

    def __init__(self) -> None:
        super().__init__("code_taken", _("Another entry already has this code. Choose a different one."), "code")


class RoleRefused(Refused):
    """A part in a car can't be stated or ended so."""

    _WORDS: Mapping[str, StrOrPromise] = {
        "no_car": _("This is neither a VIN nor the plate of a car you see."),
        "several_cars": _("Several cars have this plate. Type the VIN."),
        "car_out_of_sight": _("You see no car with this VIN. Headquarters can add it."),
        "has_role_already": _("They have this role at this car already."),
        "other_owner": _("You don't see who owns this car now. Headquarters can change the owner."),
        "newer_owner": _("Somebody became the owner later than that. Choose a later day."),
        "in_future": _("This day is still to come."),
        "ended_already": _("This role has ended already."),
        "before_start": _("It can't end before it began."),
    }

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code, self._WORDS[code], field)


class RoleNotFound(Exception):
    """No part of the customer in a car has this number, or the actor does not see it."""

    def __str__(self) -> str:
        return str(_("There is no such car at this customer."))


class VehicleRegistered(Fact, frozen=True):
    """A car became known by its VIN."""

    kind = "vehicles.VehicleRegistered"
    title = _("Vehicle registered: %(model)s")
    icon = "car"
    group = "sales"

    model: str
    model_year: int | None = None


class OwnershipStarted(Fact, frozen=True):
    """A customer became the owner, a driver or the payer of a car."""

    kind = "vehicles.OwnershipStarted"
    title = _("Became %(role)s of a %(model)s")
    icon = "key"
    group = "sales"

    model: str
    since: str
    role: str = "owner"


class OwnershipEnded(Fact, frozen=True):
    """A customer passed a car on, or is its driver or payer no longer."""

    kind = "vehicles.OwnershipEnded"
    title = _("No longer %(role)s of the %(model)s")
    icon = "key"
    group = "sales"

    model: str
    until: str
    role: str = "owner"


class CatalogueChanged(Fact, frozen=True):
    """A brand or model of the catalogue was added or edited."""

    kind = "vehicles.CatalogueChanged"
    title = _("Catalogue changed: %(code)s")
    icon = "car"

    code: str
    fields: tuple[str, ...] = ()
