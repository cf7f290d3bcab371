"""What the administration declares when Django is ready: its own settings and menu entries."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.admin.fact_words import spell_kernel_facts
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.kernel.web.menu import MenuEntry, declare_menu

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_GROUP = _("Administration")


def declare_administration() -> None:
    """Declare the look of the product, the words of the kernel's facts and the menu of the administration."""
    _declare_look()
    spell_kernel_facts()
    declare_menu(
        _entry("people", _("People"), "user-cog", "kernel.user:manage", 1),
        _entry("organisations", _("Organisations"), "sitemap", "kernel.organisation:read", 2),
        _entry("roles", _("Roles"), "shield-check", "kernel.role:manage", 3),
        _entry("calendars", _("Opening hours"), "calendar-clock", "kernel.organisation:manage", 4),
        _entry("settings", _("Settings"), "settings", "kernel.setting:manage", 5),
        _entry("tokens", _("API tokens"), "key", "kernel.token:manage", 6),
        _entry("documents", _("Received documents"), "inbox", "kernel.intake:read", 7),
        _entry("jobs", _("Background jobs"), "settings-automation", "kernel.job:manage", 8),
        _entry("audit", _("Audit log"), "history", "kernel.event:read", 9),
    )


def _entry(name: str, label: Any, icon: str, permission: str, place: int) -> MenuEntry:
    return MenuEntry(
        key=f"kernel.{name}",
        label=label,
        url_name=f"admin:{name}",
        icon=icon,
        permission=permission,
        position=900 + place,
        group=_GROUP,
    )


def _declare_look() -> None:
    section = _("Look")
    declare_settings(
        Setting(
            name="kernel.brand",
            kind="text",
            default="Vinloop",
            label=_("Name of the product"),
            hint=_("Stands at the top of every page."),
            section=section,
            check=_name_problem,
        ),
        Setting(
            name="kernel.accent",
            kind="text",
            default="#0b5cad",
            label=_("Accent colour"),
            hint=_("The brand's colour as #rrggbb. It is darkened where text on it could not be read."),
            section=section,
            check=_colour_problem,
        ),
    )


def _name_problem(value: Any) -> str | None:
    return None if str(value).strip() and len(str(value)) <= 40 else _now("Enter a name of at most 40 characters.")


def _colour_problem(value: Any) -> str | None:
    return None if _HEX.fullmatch(str(value)) else _now("Write the colour as #rrggbb, for example #0b5cad.")
