"""What the room declares when Django is ready."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from vinloop.customers.words import register_place_names
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.web.menu import MenuEntry, declare_menu
from vinloop.network.queries import place_words


def declare() -> None:
    """Make the room's permissions, facts and menu entry known."""
    import_module("vinloop.network.events")
    register_place_names(place_words)
    declare_permissions(
        {
            "network.dealer:read": _("See dealers, their capacity and territories"),
            "network.dealer:manage": _("Edit dealers, their brands, capacity and territories"),
        }
    )
    declare_menu(
        MenuEntry(
            key="network.dealers",
            label=_("Dealers"),
            url_name="network:dealer_list",
            icon="building-store",
            permission="network.dealer:read",
            position=870,
            kinds=("manufacturer", "region"),
            group=_("Administration"),
        )
    )
