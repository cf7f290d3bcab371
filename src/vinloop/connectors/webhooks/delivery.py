"""One attempt at one delivery, and what follows from the answer."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks.events import WebhookDisabled
from vinloop.connectors.webhooks.rules import GONE, LONGEST_HOLD, pause_after
from vinloop.connectors.webhooks.targets import TargetRefused, find_target
from vinloop.connectors.webhooks.transport import Answer, post
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.settings import get_setting
from vinloop.kernel.signing import signed_headers

ALLOW_PRIVATE = "connectors.allow_private_webhooks"
_State = WebhookDelivery.State


def attempt(delivery: WebhookDelivery, at: datetime) -> Answer:
    """Sign and send; the signature carries the time of this attempt, as the standard wants."""
    endpoint = delivery.endpoint
    body = msgspec.json.encode(delivery.payload)
    headers = {"Content-Type": "application/json", "User-Agent": "Vinloop-Webhooks/1"}
    headers |= signed_headers(endpoint.secrets, delivery.message_id, at, body)
    try:
        target = find_target(endpoint.url, allow_private=bool(get_setting(ALLOW_PRIVATE, endpoint.owner_id)))
    except TargetRefused as refusal:
        return Answer(None, refusal.code)
    return post(target, body, headers)


def conclude(delivery: WebhookDelivery, answer: Answer, at: datetime) -> None:
    """Write down an attempt: delivered, to be repeated, given up, or the receiver gone for good."""
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = answer.status, answer.error
    pause = pause_after(delivery.attempts)
    if answer.is_taken:
        delivery.state, delivery.delivered_at, delivery.next_attempt_at = _State.DELIVERED, at, None
    elif pause is None or answer.status == GONE:
        delivery.state, delivery.next_attempt_at = _State.FAILED, None
    else:
        delivery.next_attempt_at = at + pause
    delivery.save()
    if answer.status == GONE:
        _switch_off(delivery.endpoint, at)
    elif not answer.is_taken and pause is not None:
        _hold_others(delivery, min(at + pause, at + LONGEST_HOLD))


def about(endpoint: WebhookEndpoint) -> Subject:
    """An endpoint as the subject of a fact."""
    return Subject("connectors.webhook", endpoint.pk, endpoint.owner_id)


def host_of(endpoint: WebhookEndpoint) -> str:
    """The only part of the address that may be named."""
    return urlsplit(endpoint.url).hostname or ""


def _switch_off(endpoint: WebhookEndpoint, at: datetime) -> None:
    endpoint.is_active, endpoint.disabled_reason = False, "410"
    endpoint.save(update_fields=["is_active", "disabled_reason"])
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=_State.WAITING)
    waiting.update(state=_State.FAILED, next_attempt_at=None, last_error="endpoint_gone")
    record(WebhookDisabled(host=host_of(endpoint)), actor=system_actor(), subject=about(endpoint), at=at)


def _hold_others(delivery: WebhookDelivery, until: datetime) -> None:
    """Whoever fails once is not knocked at for every other fact: a dead receiver must not occupy the workers."""
    others = WebhookDelivery.objects.filter(endpoint=delivery.endpoint, state=_State.WAITING, next_attempt_at__lt=until)
    others.exclude(pk=delivery.pk).update(next_attempt_at=until)
