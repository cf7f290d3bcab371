"""The one table that is audit log, timeline, outbox, live feed and warehouse feed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """A fact, written in the same transaction as the change it tells of, and never changed.

    The table is partitioned by quarter of ``at`` (see the migration). Readers follow the order
    ``(generation, transaction_id, id)`` and stop before the oldest transaction still running, so that a row
    committed late is never skipped. ``generation`` grows when a backup is restored, because the new server
    counts transactions from the start.
    """

    id = models.BigAutoField(primary_key=True)
    generation = models.IntegerField(db_default=1)
    transaction_id = models.BigIntegerField(db_default=0)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=80)
    version = models.SmallIntegerField(default=1)
    user_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=20)
    organisation_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_ref = models.CharField(max_length=20, blank=True)
    customer_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "kernel_event"

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_ref}"


class EventCursor(models.Model):
    """How far one reader has come."""

    reader = models.CharField(max_length=60, primary_key=True)
    generation = models.IntegerField(default=0)
    transaction_id = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.reader
