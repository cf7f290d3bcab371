"""Data protection as a panel on the customer's page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.customers.models import Consent, Customer
from vinloop.customers.privacy.consent import CONTACT, answers_of
from vinloop.customers.privacy.words import channel_words, purpose_words
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.record import Action
from vinloop.kernel.web.slots import Panel


def privacy_of(_request: ActorRequest, customer: Customer) -> Panel:
    """What the customer allows beyond being contacted, and the way to everything else; loaded when it is looked at."""
    lines = reverse("customers:privacy_lines", args=[customer.ref])
    url = reverse("customers:customer_privacy", args=[customer.ref])
    action = Action(pgettext("panel", "Open"), url, icon="shield-lock")
    return Panel(_("Data protection"), url=lines, key="privacy", action=action)


def privacy_lines(customer: Customer) -> list[dict[str, object]]:
    """The newest answer per purpose and channel, but for being contacted; one query."""
    rows = list(Consent.objects.filter(customer=customer).exclude(purpose=CONTACT).order_by("at", "id"))
    return [
        {"purpose": purpose_words(purpose), "channel": channel_words(channel), "granted": granted}
        for purpose, given in answers_of(rows).items()
        for channel, granted in given.items()
    ]
