"""Facts the network room announces and the errors it raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class NotADealer(LookupError):
    """The organisation is no dealer or service station."""


class DealerChanged(Fact, frozen=True):
    """Headquarters or the dealer itself changed what the network knows of it."""

    kind = "network.DealerChanged"
    title = _("Dealer details changed")
    icon = "building-store"

    fields: tuple[str, ...]


class TerritoriesChanged(Fact, frozen=True):
    """Places were given to a dealer or taken away."""

    kind = "network.TerritoriesChanged"
    title = _("Territories changed: %(added)s added, %(removed)s removed")
    icon = "map-pin"

    added: int
    removed: int
