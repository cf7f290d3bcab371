"""What the rooms are called on screen. A room not named here is shown by its own name."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

_LABELS: Final = {
    "connectors": _("Connectors"),
    "customers": _("Customers"),
    "insight": _("Figures"),
    "kernel": _("Administration"),
    "leads": _("Leads"),
    "messaging": _("Messages"),
    "network": _("Dealer network"),
    "orders": _("Orders"),
    "portal": _("Website"),
    "vehicles": _("Vehicles"),
}


def module_label(module: str) -> str:
    """The heading of a group of permissions or settings."""
    return str(_LABELS.get(module, module))
