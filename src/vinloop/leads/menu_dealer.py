"""The dealer's part of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.web.menu import MenuEntry, declare_create, declare_menu

DEALER = ("dealer",)


def declare_dealer_menu() -> None:
    """Called once when Django is ready."""
    declare_menu(
        MenuEntry(
            key="dealer.today",
            label=_("Today"),
            url_name="dealer:today",
            icon="checklist",
            permission="leads.lead:work",
            position=10,
            kinds=DEALER,
            counter="dealer:overdue_count",
        ),
        MenuEntry("dealer.showroom", _("Showroom"), "dealer:showroom", "door-enter", "leads.visit:read", 20, DEALER),
        MenuEntry(
            "dealer.test_drives",
            _("Test drives"),
            "dealer:test_drives",
            "steering-wheel",
            "leads.test_drive:manage",
            30,
            DEALER,
            also=("dealer:demo_cars",),
        ),
    )
    declare_create(
        MenuEntry("dealer.visit", _("Visitor"), "dealer:showroom", "door-enter", "leads.visit:record", 10, DEALER),
        MenuEntry(
            "dealer.test_drive",
            _("Test drive"),
            "dealer:test_drive_new",
            "steering-wheel",
            "leads.test_drive:manage",
            30,
            DEALER,
        ),
    )
