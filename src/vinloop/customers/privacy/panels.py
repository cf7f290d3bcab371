"""Data protection as a panel on the customer's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.customers.models import Consent, Customer
from vinloop.customers.privacy.consent import CONTACT, answers_of
from vinloop.customers.privacy.words import channel_words, purpose_words
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.record import Action
from vinloop.kernel.web.slots import Panel


def privacy_of(_request: ActorRequest, customer: Customer) -> Panel:
    """What the customer allows beyond being contacted, and the way to everything else."""
    rows = list(Consent.objects.filter(customer=customer).exclude(purpose=CONTACT).order_by("at", "id"))
    lines = [
        {"purpose": purpose_words(purpose), "channel": channel_words(channel), "granted": granted}
        for purpose, given in answers_of(rows).items()
        for channel, granted in given.items()
    ]
    html = render_to_string("customers/_privacy.html", {"lines": lines})
    url = reverse("customers:customer_privacy", args=[customer.ref])
    action = Action(_("Open"), url, icon="shield-lock")
    return Panel(_("Data protection"), html=SafeString(html), key="privacy", action=action)
