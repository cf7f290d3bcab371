"""Webhooks in the API: what the screens can do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import Http404
from django.urls import URLPattern
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks import actions
from vinloop.connectors.webhooks.actions import MANAGE, EndpointTerms
from vinloop.kernel.api import ApiController, Page, PageQuery, endpoint, page_of
from vinloop.kernel.paging import paginate

Kinds = Annotated[list[str], msgspec.Meta(description="`*`, `leads.*` or kinds such as `leads.LeadCaptured`")]


class WebhookIn(msgspec.Struct, frozen=True):
    """What is decided about a webhook."""

    url: Annotated[str, msgspec.Meta(max_length=500)]
    kinds: Kinds
    description: Annotated[str, msgspec.Meta(max_length=200)] = ""
    is_active: bool = True

    def terms(self) -> EndpointTerms:
        """For the action."""
        return EndpointTerms(self.url, self.kinds, self.description, self.is_active)


class WebhookOut(msgspec.Struct, frozen=True):
    """A webhook. ``disabled_reason`` is ``410`` when the receiver said it was gone."""

    id: int
    url: str
    kinds: list[str]
    description: str
    is_active: bool
    disabled_reason: str
    secret_count: int
    created_at: datetime


class WebhookMade(msgspec.Struct, frozen=True):
    """A new webhook with its secret, which is never given out again."""

    webhook: WebhookOut
    secret: str


class Secret(msgspec.Struct, frozen=True):
    """A new secret, which is never given out again."""

    secret: str


class DeliveryOut(msgspec.Struct, frozen=True):
    """One delivery; ``message_id`` is what the receiver sees as ``webhook-id``."""

    id: int
    message_id: str
    kind: str
    state: str
    attempts: int
    last_status: int | None
    last_error: str
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None


class WebhookPath(msgspec.Struct, frozen=True):
    """Which webhook."""

    id: int


class DeliveryPath(msgspec.Struct, frozen=True):
    """Which delivery of which webhook."""

    id: int
    delivery: int


class WebhooksController(ApiController):
    """Webhooks."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="listWebhooks")
    def get(self, parsed_query: Query[PageQuery]) -> Page[WebhookOut]:
        """List webhooks."""
        rows = paginate(WebhookEndpoint.objects.all(), ("-id",), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(rows, _webhook)

    @endpoint(MANAGE, operation_id="createWebhook")
    def post(self, parsed_body: Body[WebhookIn]) -> WebhookMade:
        """Add a webhook.

        The answer is the only place where the secret stands.
        """
        made, secret = actions.create_endpoint(actor=self.actor, terms=parsed_body.terms(), at=self.at)
        return WebhookMade(_webhook(made), secret)


class WebhookController(ApiController):
    """One webhook."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="getWebhook")
    def get(self, parsed_path: Path[WebhookPath]) -> WebhookOut:
        """Show a webhook."""
        return _webhook(_found(parsed_path.id))

    @endpoint(MANAGE, operation_id="changeWebhook")
    def put(self, parsed_path: Path[WebhookPath], parsed_body: Body[WebhookIn]) -> WebhookOut:
        """Change a webhook, or switch it off and on."""
        _found(parsed_path.id)
        changed = actions.change_endpoint(
            actor=self.actor, endpoint_id=parsed_path.id, terms=parsed_body.terms(), at=self.at
        )
        return _webhook(changed)

    @endpoint(MANAGE, operation_id="removeWebhook")
    def delete(self, parsed_path: Path[WebhookPath]) -> WebhookOut:
        """Remove a webhook with its log."""
        removed = _webhook(_found(parsed_path.id))
        actions.remove_endpoint(actor=self.actor, endpoint_id=parsed_path.id, at=self.at)
        return removed


class SecretsController(ApiController):
    """Secrets of a webhook."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="rotateWebhookSecret")
    def post(self, parsed_path: Path[WebhookPath]) -> Secret:
        """Add a secret.

        Deliveries are signed with the older ones too until they are ended.
        """
        _found(parsed_path.id)
        return Secret(actions.rotate_secret(actor=self.actor, endpoint_id=parsed_path.id, at=self.at))

    @endpoint(MANAGE, operation_id="retireWebhookSecrets")
    def delete(self, parsed_path: Path[WebhookPath]) -> WebhookOut:
        """End all secrets but the newest."""
        _found(parsed_path.id)
        actions.retire_secrets(actor=self.actor, endpoint_id=parsed_path.id, at=self.at)
        return _webhook(_found(parsed_path.id))


class PingController(ApiController):
    """Test deliveries."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="pingWebhook")
    def post(self, parsed_path: Path[WebhookPath]) -> DeliveryOut:
        """Send a test delivery of kind `webhooks.ping`."""
        _found(parsed_path.id)
        return _delivery(actions.ping_endpoint(actor=self.actor, endpoint_id=parsed_path.id, at=self.at))


class DeliveriesController(ApiController):
    """Deliveries of a webhook."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="listWebhookDeliveries")
    def get(self, parsed_path: Path[WebhookPath], parsed_query: Query[PageQuery]) -> Page[DeliveryOut]:
        """List a webhook's deliveries, newest first."""
        found = WebhookDelivery.objects.filter(endpoint=_found(parsed_path.id))
        return page_of(paginate(found, ("-id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _delivery)


class ReplayController(ApiController):
    """Repetitions."""

    tags = ("Webhooks",)

    @endpoint(MANAGE, operation_id="replayWebhookDelivery")
    def post(self, parsed_path: Path[DeliveryPath]) -> DeliveryOut:
        """Deliver again, under the same id."""
        if not WebhookDelivery.objects.filter(pk=parsed_path.delivery, endpoint=parsed_path.id).exists():
            raise Http404
        again = actions.replay_delivery(actor=self.actor, delivery_id=parsed_path.delivery, at=self.at)
        return _delivery(again)


def _found(endpoint_id: int) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if found is None:
        raise Http404
    return found


def _webhook(row: WebhookEndpoint) -> WebhookOut:
    return WebhookOut(
        id=row.pk,
        url=row.url,
        kinds=row.kinds,
        description=row.description,
        is_active=row.is_active,
        disabled_reason=row.disabled_reason,
        secret_count=len(row.secrets),
        created_at=row.created_at,
    )


def _delivery(row: WebhookDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.pk,
        message_id=row.message_id,
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
        next_attempt_at=row.next_attempt_at,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )


urls: list[URLPattern] = [
    path("webhooks", WebhooksController.as_view(), name="webhooks"),
    path("webhooks/<int:id>", WebhookController.as_view(), name="webhook"),
    path("webhooks/<int:id>/secrets", SecretsController.as_view(), name="webhook_secrets"),
    path("webhooks/<int:id>/ping", PingController.as_view(), name="webhook_ping"),
    path("webhooks/<int:id>/deliveries", DeliveriesController.as_view(), name="webhook_deliveries"),
    path("webhooks/<int:id>/deliveries/<int:delivery>/replay", ReplayController.as_view(), name="webhook_replay"),
]
