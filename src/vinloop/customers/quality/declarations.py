"""What the corner of data quality declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.quality.queries import READ
from vinloop.kernel.web.exports import name_exports
from vinloop.kernel.web.menu import MenuEntry, declare_menu


def declare_quality() -> None:
    """Called once when Django is ready."""
    name_exports({"data-quality": _("Data quality"), "data-quality-records": _("Records of sources")})
    declare_menu(
        MenuEntry(
            "customers.quality", _("Data quality"), "customers:quality_board", "gauge", READ, 502, group=_("Data")
        )
    )
