"""What the connectors declare when Django is ready: permissions, and who handles which channel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.connectors.adf import capture as adf
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.intake.channels import register_channel


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions({"connectors.webhook:manage": _("Manage webhooks")})
    _declare_channels()


def _declare_channels() -> None:
    register_channel(adf.CHANNEL, adf.handle_file, _("ADF by HTTP"))
