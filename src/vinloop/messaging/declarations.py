"""What the messaging room declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access import declare_permissions
from vinloop.kernel.web.slots import fill_slot
from vinloop.messaging.panels import messages_to_customer


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions({"messaging.message:read": _("See messages to customers")})
    fill_slot("customers.customer_page", messages_to_customer, permission="messaging.message:read", position=60)
