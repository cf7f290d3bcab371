"""What customers may ask for by law, and the proof of what was done."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.customers.models.golden import Customer


class PrivacyRequest(models.Model):
    """A customer's request under GDPR or PIPL: access, correction, erasure or objection.

    ``report`` tells per module what was given out, erased or kept and by which duty; it holds no personal data.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access to the data")
        CORRECTION = "correction", _("Correction")
        ERASURE = "erasure", _("Erasure")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Open")
        DONE = "done", _("Done")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    ref = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="privacy_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_how = models.CharField(max_length=200)
    identity_proof = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    report = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    opened_by = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref"], name="privacy_request_ref_once")]
        indexes = [models.Index(fields=["state", "due_on"], name="privacy_request_due")]

    def __str__(self) -> str:
        return self.ref


class AccessRequest(models.Model):
    """A dealer asks headquarters for a customer it has no relation to.

    It is kept whether or not anybody is known by what was asked for, so that asking tells nothing (decision 0010).
    ``asked_for`` is masked, ``digest`` its keyed digest; ``candidates`` are the ids of customers it fits, for
    headquarters alone; ``customer`` is set when one was granted.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Open")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    ref = models.CharField(max_length=20, blank=True, default="", db_default="")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="access_requests")
    organisation = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    asked_for = models.CharField(max_length=60, blank=True, default="", db_default="")
    digest = models.CharField(max_length=32, blank=True, default="", db_default="")
    candidates = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    reason = models.CharField(max_length=300)
    answer = models.CharField(max_length=300, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_by = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ref"], condition=~models.Q(ref=""), name="access_request_ref_once")
        ]
        indexes = [
            models.Index(fields=["state", "-asked_at"], name="access_request_queue"),
            models.Index(fields=["organisation", "-asked_at", "-id"], name="access_request_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} asks"


class QualityDay(models.Model):
    """The data quality of one source and branch on one day: counts, so that any rate can be made of them.

    ``owner`` is the dealer a branch's code names, else who owns the source: whoever can mend the records.
    """

    day = models.DateField()
    source = models.CharField(max_length=60)
    owner = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    branch = models.CharField(max_length=60, blank=True)
    counts = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "source", "owner", "branch"], name="quality_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.source}"
