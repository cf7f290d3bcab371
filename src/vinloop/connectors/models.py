"""Tables of the connectors. Only outgoing webhooks keep rows of their own; what comes in is the kernel's to keep."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WebhookEndpoint(models.Model):
    """An address that is told of facts its organisation may see, signed as Standard Webhooks says."""

    owner = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    url = models.URLField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=80), default=list)
    secrets = ArrayField(models.CharField(max_length=100), default=list)
    description = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One message to one endpoint, with what became of it. ``message_id`` is the receiver's idempotency key."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", pgettext_lazy("webhook", "Delivered")
        FAILED = "failed", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    owner = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    last_status = models.SmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "message_id"], name="webhook_message_once")]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="webhook_due")]

    def __str__(self) -> str:
        return self.message_id
