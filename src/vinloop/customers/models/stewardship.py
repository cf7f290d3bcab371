"""What people decide about identity: doubtful pairs, verdicts later runs respect, and a journal to undo from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models.golden import Customer
from vinloop.customers.models.sources import SourceRecord


class ReviewPair(models.Model):
    """Two customers who may be one: the pair of records with the highest probability, and why it was not joined.

    ``reason`` is empty for a probability between the thresholds, or the code of what kept them apart
    (``matching.vetoes``, ``too_large``).
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be reviewed")
        SAME = "same", _("One customer")
        APART = "apart", _("Never the same")
        LATER = "later", _("Put back")
        GONE = "gone", _("Settled elsewhere")

    one = models.ForeignKey(SourceRecord, models.CASCADE, related_name="+")
    two = models.ForeignKey(SourceRecord, models.CASCADE, related_name="+")
    probability = models.FloatField()
    reason = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "two"], name="review_pair_once")]
        indexes = [models.Index(fields=["state", "-probability", "id"], name="review_queue")]

    def __str__(self) -> str:
        return f"{self.one_id}/{self.two_id}"


class Verdict(models.Model):
    """A person said that two source records are one customer, or never are; every later run respects it."""

    one = models.ForeignKey(SourceRecord, models.CASCADE, related_name="+")
    two = models.ForeignKey(SourceRecord, models.CASCADE, related_name="+")
    is_same = models.BooleanField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "two"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.one_id}/{self.two_id}"


class IdentityStep(models.Model):
    """A merge or a split, with everything it moved, so that it can be taken back.

    ``moved`` is ``{"records": [ids], "references": {"leads.lead.customer": [ids]}, "apart": [[one, two]]}``:
    what went from ``source`` to ``target``.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged")
        SPLIT = "split", _("Split")

    kind = models.CharField(max_length=6, choices=Kind)
    source = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    target = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    moved = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    done_by = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="identity_step_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} → {self.target_id}"
