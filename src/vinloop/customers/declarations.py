"""Permissions of the customers room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access import declare_permissions


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions(
        {
            "customers.customer:read": _("See customers"),
            "customers.customer:edit": _("Correct customer data"),
            "customers.customer:unmask": _("See hidden phone numbers and addresses (recorded)"),
            "customers.consent:edit": _("Record consent"),
        }
    )
