"""What the messaging room announces. An address or a word of the message never stands in a fact."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class MessageSent(Fact, frozen=True, kw_only=True):
    """The message was handed to the transport."""

    kind = "messaging.MessageSent"
    title = _("Message sent by %(channel)s: %(template)s")
    icon = "mail"
    group = "contacts"
    ref: str
    channel: str
    template: str


class MessageFailed(Fact, frozen=True, kw_only=True):
    """The transport refused the message for good, or was out of reach for too long."""

    kind = "messaging.MessageFailed"
    title = _("Message by %(channel)s could not be sent: %(template)s")
    icon = "mail-off"
    group = "contacts"
    ref: str
    channel: str
    template: str


class MessageRefused(Fact, frozen=True, kw_only=True):
    """The customer has not consented to this channel, so nothing was sent."""

    kind = "messaging.MessageRefused"
    title = _("No message by %(channel)s, because there is no consent: %(template)s")
    icon = "mail-off"
    group = "contacts"
    ref: str
    channel: str
    template: str


class TemplateUnknown(LookupError):
    """No template has this name."""
