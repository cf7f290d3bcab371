"""Permissions of the insight room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access import declare_permissions


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions(
        {
            "insight.board:read": _("See the board of one's own organisation"),
            "insight.network:read": _("Compare regions and dealers"),
        }
    )
