"""Everything that arrived from outside, byte for byte."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReceivedDocument(models.Model):
    """A mail, an ADF body, an uploaded file: kept as it came, so that it can be replayed.

    ``channel`` names the connector that can handle it again. A document that could not be understood is in
    quarantine with a stable ``reason`` code until a person replays or dismisses it. ``remarks`` say what is wrong with
    it as codes and figures (see ``intake.remarks``), ``detail`` the same in English; rows from before have only that.
    """

    DETAIL_LENGTH = 500

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        PROCESSED = "processed", _("Processed")
        QUARANTINED = "quarantined", _("In quarantine")
        DISMISSED = "dismissed", _("Dismissed")

    ref = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=40)
    content_type = models.CharField(max_length=100, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    body = models.BinaryField()
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    is_truncated = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=DETAIL_LENGTH, blank=True)
    remarks = models.JSONField(default=list)
    results = models.JSONField(default=list)
    context = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-received_at"], name="received_state"),
            models.Index(fields=["channel", "digest"], name="received_digest"),
        ]

    def __str__(self) -> str:
        return self.ref
