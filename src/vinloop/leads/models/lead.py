"""Leads, where they came from and why they ended."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.kernel.languages import in_language
from vinloop.leads.rules.external_ids import shown_id


class Labelled(models.Model):
    """Something administrators name in Chinese and, if they like, in English."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.SmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class LeadSource(Labelled):
    """Where a lead can come from: web, hotline, event, referral, showroom, a portal. Unknown ones are added as met."""

    class Family(models.TextChoices):
        WEB = "web", _("Web")
        HOTLINE = "hotline", _("Hotline")
        EVENT = "event", pgettext_lazy("lead source", "Event")
        REFERRAL = "referral", _("Referral")
        SHOWROOM = "showroom", _("Showroom")
        PORTAL = "portal", _("Lead portal")
        FILE = "file", _("Partner file")

    family = models.CharField(max_length=12, choices=Family, default=Family.PORTAL)


class Campaign(Labelled):
    """An advert or action that leads are counted for. ``cost`` in minor units of ``currency``."""

    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    cost = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")


class ReasonCode(Labelled):
    """Why a lead was lost, invalid or declined."""

    class Kind(models.TextChoices):
        LOST = "lost", _("Lost")
        INVALID = "invalid", _("Invalid")
        DECLINED = "declined", _("Declined by the dealer")

    kind = models.CharField(max_length=10, choices=Kind)
    asks_competitor = models.BooleanField(default=False)


class Lead(models.Model):
    """One person's intent to buy one brand.

    ``owner`` is who works on it now: headquarters, or the dealer it was dispatched to; row-level security follows it.
    ``status`` changes only through ``actions.states.move``. Budgets are minor units of ``currency``.
    """

    class Status(models.TextChoices):
        NEW = "new", _("To verify")
        NURTURE = "nurture", _("Nurturing")
        READY = "ready", _("Waiting for a dealer")
        DISPATCHED = "dispatched", _("Waiting for acceptance")
        ACCEPTED = "accepted", _("Accepted")
        WORKING = "working", _("In follow-up")
        LOST_PENDING = "lost_pending", _("Lost, to be approved")
        ORDERED = "ordered", _("Ordered")
        DELIVERED = "delivered", _("Delivered")
        LOST = "lost", _("Lost")
        INVALID = "invalid", _("Invalid")

    class Level(models.TextChoices):
        NEW = "N", _("N new")
        H = "H", _("H within 7 days")
        A = "A", _("A within 15 days")
        B = "B", _("B within 30 days")
        C = "C", _("C within 90 days")
        LATER = "L", _("Later than 90 days")
        ORDERED = "O", _("O ordered")
        DELIVERED = "D", _("D delivered")
        LOST = "F", _("F lost")
        CANCELLED = "T", _("T cancelled")

    class Interest(models.TextChoices):
        BUY = "buy", _("Buy")
        LEASE = "lease", _("Lease")
        TEST_DRIVE = "test-drive", _("Test drive")
        TRADE_IN = "trade-in", _("Trade in")
        SELL = "sell", _("Sell")

    ref = models.CharField(max_length=20)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="leads", db_index=False)
    brand = models.ForeignKey("vehicles.Brand", models.PROTECT, related_name="+", db_index=False)
    car_model = models.ForeignKey(
        "vehicles.CarModel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    model_text = models.CharField(max_length=120, blank=True)
    model_year = models.SmallIntegerField(null=True, blank=True)
    trim = models.CharField(max_length=80, blank=True)
    vin = models.CharField(max_length=17, blank=True)
    interest = models.CharField(max_length=12, choices=Interest, default=Interest.BUY)
    status = models.CharField(max_length=14, choices=Status, default=Status.NEW)
    level = models.CharField(max_length=1, choices=Level, default=Level.NEW)
    is_hot = models.BooleanField(default=False)
    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    referrer = models.CharField(max_length=300, blank=True)
    door = models.CharField(max_length=20)
    comments = models.TextField(blank=True)
    handover_note = models.TextField(blank=True)
    timeframe_text = models.CharField(max_length=120, blank=True)
    expected_order_on = models.DateField(null=True, blank=True)
    budget_low = models.BigIntegerField(null=True, blank=True)
    budget_high = models.BigIntegerField(null=True, blank=True)
    quoted_price = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    trade_in = models.JSONField(default=dict, blank=True)
    city = models.CharField(max_length=80, blank=True)
    province = models.CharField(max_length=60, blank=True)
    wished_dealer = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    upsell_model = models.ForeignKey(
        "vehicles.CarModel", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    touch_count = models.SmallIntegerField(default=1)
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dealer = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    consultant = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatch_count = models.SmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_contacted_at = models.DateTimeField(null=True, blank=True)
    response_seconds = models.IntegerField(null=True, blank=True)
    last_contacted_at = models.DateTimeField(null=True, blank=True)
    next_follow_up_at = models.DateTimeField(null=True, blank=True)
    test_driven_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.ForeignKey(ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    lost_note = models.CharField(max_length=500, blank=True)
    lost_competitor = models.CharField(max_length=80, blank=True)
    lost_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    lost_reviewed_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recycled_count = models.SmallIntegerField(default=0)

    class Meta:
        # A constraint, not unique=True: that would bring a second index for LIKE, which nobody asks for.
        constraints = [models.UniqueConstraint(fields=["ref"], name="lead_ref_once")]
        indexes = [
            models.Index(fields=["owner", "-received_at", "-id"], name="lead_owner_recent"),
            models.Index(fields=["owner", "status", "-received_at", "-id"], name="lead_owner_status"),
            models.Index(fields=["status", "-received_at", "-id"], name="lead_status_recent"),
            models.Index(fields=["-received_at", "-id"], name="lead_recent"),
            models.Index(fields=["dealer", "-received_at", "-id"], name="lead_dealer_recent"),
            models.Index(fields=["customer", "brand", "-received_at"], name="lead_customer_brand"),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(status="new"),
                name="lead_to_verify",
            ),
            models.Index(
                fields=["consultant", "next_follow_up_at"],
                condition=models.Q(status__in=["accepted", "working"]),
                name="lead_consultant_due",
            ),
            models.Index(
                fields=["owner", "next_follow_up_at"],
                condition=models.Q(status__in=["dispatched", "accepted", "working"]),
                name="lead_owner_due",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Touch(models.Model):
    """One arrival of interest: the first makes the lead, later ones are attached to it.

    ``(source, external_id)`` makes a resend harmless; ``payload`` is the submission as it was understood.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="touches")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    door = models.CharField(max_length=20)
    referrer = models.CharField(max_length=300, blank=True)
    document = models.ForeignKey(
        "kernel.ReceivedDocument", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="touch_external_id_once",
            )
        ]
        indexes = [models.Index(fields=["external_id"], name="touch_external_id")]

    def __str__(self) -> str:
        return f"touch of {self.lead_id}"

    @property
    def source_ref(self) -> str:
        """What its source calls it; empty when it does not say."""
        return shown_id(self.external_id)
