"""Tables of the messaging room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One outgoing message. ``consent_basis`` says why it may be sent: a consent, or a service the person asked for."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Not sent: no consent")

    ref = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="messages")
    user = models.ForeignKey("kernel.User", models.CASCADE, null=True, related_name="messages")
    channel = models.CharField(max_length=10, default="email")
    address = models.CharField(max_length=254)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    attachments = models.JSONField(default=list)
    consent_basis = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="message_customer"),
            models.Index(fields=["owner", "-created_at"], name="message_owner"),
        ]

    def __str__(self) -> str:
        return self.ref
