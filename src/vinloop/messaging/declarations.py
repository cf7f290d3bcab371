"""What the messaging room declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.asking.actions import declare_teller
from vinloop.customers.models import Consent
from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.references import Reference, declare_reference
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.events import spell_field
from vinloop.kernel.web.slots import fill_slot
from vinloop.messaging.access_notices import tell_decision
from vinloop.messaging.panels import messages_to_customer
from vinloop.messaging.personal_data import message_data

_TEMPLATES = {
    "lead_received": _("request received"),
    "test_drive_invitation": _("invitation to a test drive"),
    "test_drive_cancelled": _("test drive cancelled"),
    "lead_reminder": _("reminder of a deadline"),
    "lead_escalation": _("missed deadline"),
    "lead_digest": _("list of due and missed deadlines"),
    "access_decided": _("answer to an access request"),
}


def declare() -> None:
    """Called once when Django is ready."""
    declare_personal_data(message_data())
    declare_reference(Reference("messaging_message", label=_("Messages")))
    declare_permissions({"messaging.message:read": _("See messages to customers")})
    declare_teller(tell_decision)
    fill_slot("customers.customer_page", messages_to_customer, permission="messaging.message:read", position=60)
    for fact in ("MessageSent", "MessageFailed", "MessageRefused"):
        spell_field(f"messaging.{fact}", "channel", lambda code: dict(Consent.Channel.choices).get(code, code))
        spell_field(f"messaging.{fact}", "template", lambda name: _TEMPLATES.get(name, name))
