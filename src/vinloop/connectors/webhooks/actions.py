"""Writes: endpoints, secrets, test deliveries and repetitions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks.delivery import ALLOW_PRIVATE, about, host_of
from vinloop.connectors.webhooks.events import WebhookRemoved, WebhookSaved, WebhookSecretsChanged
from vinloop.connectors.webhooks.jobs import deliver_waiting
from vinloop.connectors.webhooks.reader import public_kinds
from vinloop.connectors.webhooks.rules import PING, message_of, unknown_patterns
from vinloop.connectors.webhooks.targets import TargetRefused, check_url
from vinloop.kernel.access import Actor
from vinloop.kernel.events import record
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import get_setting
from vinloop.kernel.signing import new_secret

MANAGE = "connectors.webhook:manage"
MAX_SECRETS = 3
MAX_KINDS = 100
_MESSAGES = {
    "not_a_url": _("Write a complete address, such as https://example.com/hook."),
    "https_only": _("Only https addresses are delivered to."),
    "credentials": _("Leave user name and password out of the address; every delivery is signed."),
}


@dataclass(frozen=True, slots=True)
class EndpointTerms:
    """What an administrator decides: ``kinds`` are ``*``, ``leads.*`` or single kinds."""

    url: str
    kinds: Sequence[str] = ("*",)
    description: str = ""
    is_active: bool = True


def create_endpoint(*, actor: Actor, terms: EndpointTerms, at: datetime) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint of the actor's organisation; its secret is given out this once. Raises ``Refused``."""
    actor.require(MANAGE)
    secret = new_secret()
    endpoint = WebhookEndpoint(owner_id=actor.organisation_id, secrets=[secret], created_at=at)
    _save(actor, endpoint, terms, at)
    return endpoint, secret


def change_endpoint(*, actor: Actor, endpoint_id: int, terms: EndpointTerms, at: datetime) -> WebhookEndpoint:
    """Change an endpoint. Raises ``Refused`` and ``WebhookEndpoint.DoesNotExist``."""
    endpoint = _claim(actor, endpoint_id)
    _save(actor, endpoint, terms, at)
    return endpoint


def rotate_secret(*, actor: Actor, endpoint_id: int, at: datetime) -> str:
    """Add a secret; deliveries are signed with the old ones too until ``retire_secrets``."""
    endpoint = _claim(actor, endpoint_id)
    secret = new_secret()
    endpoint.secrets = [secret, *endpoint.secrets][:MAX_SECRETS]
    _save_secrets(actor, endpoint, at)
    return secret


def retire_secrets(*, actor: Actor, endpoint_id: int, at: datetime) -> None:
    """Sign with the newest secret only."""
    endpoint = _claim(actor, endpoint_id)
    endpoint.secrets = endpoint.secrets[:1]
    _save_secrets(actor, endpoint, at)


def remove_endpoint(*, actor: Actor, endpoint_id: int, at: datetime) -> None:
    """Remove an endpoint with its log."""
    endpoint = _claim(actor, endpoint_id)
    record(WebhookRemoved(host=host_of(endpoint)), actor=actor, subject=about(endpoint), at=at)
    endpoint.delete()


def ping_endpoint(*, actor: Actor, endpoint_id: int, at: datetime) -> WebhookDelivery:
    """Queue a test delivery, also to an endpoint that fails at the moment. Raises ``Refused`` for a disabled one."""
    endpoint = _claim(actor, endpoint_id)
    _require_active(endpoint)
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        owner_id=endpoint.owner_id,
        message_id=f"msg_{uuid.uuid4().hex}",
        kind=PING,
        payload=message_of(PING, at, {}),
        next_attempt_at=at,
        created_at=at,
    )
    deliver_waiting.defer(endpoint_id=endpoint.pk)
    return delivery


def replay_delivery(*, actor: Actor, delivery_id: int, at: datetime) -> WebhookDelivery:
    """Deliver again, under the same id: the receiver decides whether it is a repetition."""
    actor.require(MANAGE)
    delivery = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery_id)
    actor.require(MANAGE, organisation_id=delivery.owner_id)
    _require_active(delivery.endpoint)
    delivery.state, delivery.attempts, delivery.next_attempt_at = WebhookDelivery.State.WAITING, 0, at
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    deliver_waiting.defer(endpoint_id=delivery.endpoint_id)
    return delivery


def _claim(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    actor.require(MANAGE)
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    actor.require(MANAGE, organisation_id=endpoint.owner_id)
    return endpoint


def _save(actor: Actor, endpoint: WebhookEndpoint, terms: EndpointTerms, at: datetime) -> None:
    _check(terms, endpoint.owner_id)
    endpoint.url, endpoint.kinds = terms.url, list(dict.fromkeys(terms.kinds))
    endpoint.description, endpoint.is_active = terms.description, terms.is_active
    endpoint.disabled_reason = ""
    endpoint.save()
    fact = WebhookSaved(host=host_of(endpoint), is_active=endpoint.is_active)
    record(fact, actor=actor, subject=about(endpoint), at=at)


def _save_secrets(actor: Actor, endpoint: WebhookEndpoint, at: datetime) -> None:
    endpoint.save(update_fields=["secrets"])
    fact = WebhookSecretsChanged(host=host_of(endpoint), count=len(endpoint.secrets))
    record(fact, actor=actor, subject=about(endpoint), at=at)


def _check(terms: EndpointTerms, owner_id: int) -> None:
    try:
        check_url(terms.url, allow_private=bool(get_setting(ALLOW_PRIVATE, owner_id)))
    except TargetRefused as refusal:
        raise Refused(refusal.code, _MESSAGES[refusal.code], "url") from refusal
    if not terms.kinds or len(terms.kinds) > MAX_KINDS:
        raise Refused("no_kinds", _("Name at least one kind of event; * stands for all."), "kinds")
    unknown = unknown_patterns(terms.kinds, public_kinds())
    if unknown:
        words = _("There is no event “%(kind)s”. Write *, leads.* or a kind such as leads.LeadCaptured.")
        raise Refused("unknown_kind", words % {"kind": unknown[0]}, "kinds")


def _require_active(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise Refused("disabled", _("This webhook is switched off. Switch it on first."))
