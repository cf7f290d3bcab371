"""What is announced about webhooks. A host is named, never a whole address: it may hold a key."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class WebhookSaved(Fact, frozen=True, kw_only=True):
    """An endpoint was added or changed."""

    kind = "connectors.WebhookSaved"
    title = _("Webhook to %(host)s saved")
    icon = "webhook"
    is_public = False
    host: str
    is_active: bool


class WebhookSecretsChanged(Fact, frozen=True, kw_only=True):
    """A secret was added or an old one ended."""

    kind = "connectors.WebhookSecretsChanged"
    title = _("Secrets of the webhook to %(host)s changed")
    icon = "key"
    is_public = False
    host: str
    count: int


class WebhookDisabled(Fact, frozen=True, kw_only=True):
    """The receiver said that it is gone."""

    kind = "connectors.WebhookDisabled"
    title = _("Webhook to %(host)s switched off: the receiver is gone")
    icon = "webhook"
    is_public = False
    host: str


class WebhookRemoved(Fact, frozen=True, kw_only=True):
    """An endpoint was removed with its log."""

    kind = "connectors.WebhookRemoved"
    title = _("Webhook to %(host)s removed")
    icon = "trash"
    is_public = False
    host: str
