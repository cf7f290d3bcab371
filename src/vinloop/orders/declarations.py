"""Permissions of the orders room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access import declare_permissions


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions(
        {
            "orders.order:read": _("See orders"),
            "orders.order:create": _("Place orders"),
            "orders.order:deliver": _("Report deliveries"),
            "orders.order:cancel": _("Cancel orders"),
        }
    )
