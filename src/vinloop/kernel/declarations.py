"""What the kernel itself declares: permissions of the administration screens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.permissions import declare_permissions
from vinloop.kernel.admin.declare import declare_administration


def declare() -> None:
    """Make the kernel's permissions known; called once when Django is ready."""
    declare_permissions(
        {
            "kernel.membership:have": _("Belong to an organisation"),
            "kernel.organisation:read": _("See organisations"),
            "kernel.organisation:manage": _("Manage organisations and their calendars"),
            "kernel.user:manage": _("Manage people and their roles"),
            "kernel.role:manage": _("Manage roles"),
            "kernel.token:manage": _("Manage API tokens"),
            "kernel.setting:manage": _("Change settings"),
            "kernel.job:manage": _("See and replay background jobs"),
            "kernel.event:read": _("Read the audit log"),
            "kernel.intake:read": _("See received documents and the quarantine"),
            "kernel.intake:replay": _("Replay or dismiss quarantined documents"),
            "kernel.data:export": _("Export lists"),
        }
    )
    declare_administration()
