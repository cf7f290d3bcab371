"""The panel this room puts on the customer's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.slots import Panel
from vinloop.messaging.queries import messages_of_customer

SHOWN = 10


def messages_to_customer(request: ActorRequest, customer: Customer) -> Panel | None:
    """The last messages to the customer and what became of them; nothing when there were none."""
    sent = list(messages_of_customer(customer.pk)[:SHOWN])
    if not sent:
        return None
    html = render_to_string("messaging/_messages.html", {"sent": sent}, request=request)
    return Panel(title=_("Messages"), html=html, key="messages", is_open=False)
