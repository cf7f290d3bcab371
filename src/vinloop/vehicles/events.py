"""Facts the vehicles room announces and the errors it raises. A VIN never stands in a payload in full."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact
from vinloop.kernel.refusals import Refused


class NotAVin(ValueError):
    """The text is no vehicle identification number; ``problem`` is a code of ``identifiers.vin_problem``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class CodeTaken(Refused):
    """Another brand or model of the catalogue already has this code."""

    def __init__(self) -> None:
        super().__init__("code_taken", _("Another entry already has this code. Choose a different one."), "code")


class VehicleRegistered(Fact, frozen=True):
    """A car became known by its VIN."""

    kind = "vehicles.VehicleRegistered"
    title = _("Vehicle registered: %(model)s")
    icon = "car"
    group = "sales"

    model: str
    model_year: int | None = None


class OwnershipStarted(Fact, frozen=True):
    """A customer became the owner of a car."""

    kind = "vehicles.OwnershipStarted"
    title = _("Became the owner of a %(model)s")
    icon = "key"
    group = "sales"

    model: str
    since: str


class OwnershipEnded(Fact, frozen=True):
    """A customer passed a car on."""

    kind = "vehicles.OwnershipEnded"
    title = _("Passed on the %(model)s")
    icon = "key"
    group = "sales"

    model: str
    until: str


class CatalogueChanged(Fact, frozen=True):
    """A brand or model of the catalogue was added or edited."""

    kind = "vehicles.CatalogueChanged"
    title = _("Catalogue changed: %(code)s")
    icon = "car"

    code: str
    fields: tuple[str, ...] = ()
