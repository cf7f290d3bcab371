"""Who has a lead, against which clocks, and what was said."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.leads.models.lead import Lead, ReasonCode


class Assignment(models.Model):
    """A lead at a dealer, with its two clocks: accept, and first human contact.

    ``next_check_at`` is the next moment a clock wants something (remind, escalate, reassign); the watch job takes due
    rows by it. ``explanation`` holds the candidates and their scores, for "why this dealer".
    """

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispatch", "Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        TIMED_OUT = "timed_out", _("Timed out")
        WITHDRAWN = "withdrawn", _("Withdrawn by headquarters")
        CLOSED = "closed", pgettext_lazy("dispatch", "Closed")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    dispatched_at = models.DateTimeField()
    accept_by = models.DateTimeField()
    contact_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_contacted_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.ForeignKey(
        ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    explanation = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(ended_at__isnull=True), name="assignment_one_open"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_check_at", "id"],
                condition=models.Q(next_check_at__isnull=False),
                name="assignment_due",
            ),
            models.Index(fields=["owner", "-dispatched_at"], name="assignment_owner"),
            models.Index(fields=["-dispatched_at", "-id"], name="assignment_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} at {self.owner_id}"


class Contact(models.Model):
    """One contact with a customer about a lead, made by a person. A completed task needs one of these."""

    class Purpose(models.TextChoices):
        VERIFY = "verify", _("Verification")
        FOLLOW_UP = "follow_up", _("Follow-up")
        VISIT = "visit", _("Showroom visit")
        TEST_DRIVE = "test_drive", _("Test drive")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        WECHAT = "wechat", _("WeChat")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("In the showroom")

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        CALL_BACK = "call_back", _("Asked to call back")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        NOT_BUYING = "not_buying", _("Not buying")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="contacts")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    channel = models.CharField(max_length=8, choices=Channel)
    result = models.CharField(max_length=12, choices=Result)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "-at"], name="contact_lead")]

    def __str__(self) -> str:
        return f"{self.channel} about {self.lead_id}"
