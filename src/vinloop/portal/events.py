"""What a buyer does on their own page, as facts for those who look after them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class BuyerWrote(Fact, frozen=True, kw_only=True):
    """The buyer left a message on their page; the words are in the lead's contacts."""

    kind = "portal.BuyerWrote"
    title = _("The customer left a message")
    icon = "message"
    group = "contacts"
    ref: str


class BuyerLostInterest(Fact, frozen=True, kw_only=True):
    """The buyer said on their page that they are no longer interested."""

    kind = "portal.BuyerLostInterest"
    title = _("The customer is no longer interested")
    icon = "ban"
    group = "contacts"
    ref: str


class LinkRefused(Exception):
    """The link to a buyer's page was not made by us, or its time is over (``is_expired``)."""

    def __init__(self, *, is_expired: bool) -> None:
        super().__init__("expired" if is_expired else "unknown")
        self.is_expired = is_expired
