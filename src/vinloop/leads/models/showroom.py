"""Showroom visits, demo cars, test drives and quotes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import display_plate
from vinloop.leads.models.lead import Lead


class ShowroomVisit(models.Model):
    """A party that entered the showroom: all of them, with or without a contact."""

    class Kind(models.TextChoices):
        WALK_IN = "walk_in", _("Walk-in")
        INVITED = "invited", _("Invited")

    ref = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.WALK_IN)
    is_first_visit = models.BooleanField(default=True)
    party_size = models.SmallIntegerField(default=1)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="showroom_visits"
    )
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="showroom_visits")
    car_model = models.ForeignKey(
        "vehicles.CarModel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    consultant = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-arrived_at", "-id"], name="visit_owner")]

    def __str__(self) -> str:
        return self.ref


class DemoCar(models.Model):
    """A car kept for test drives."""

    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    car_model = models.ForeignKey("vehicles.CarModel", models.PROTECT, related_name="+", db_index=False)
    plate = models.CharField(max_length=12)
    vin = models.CharField(max_length=17, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "plate"], name="demo_car_once")]

    def __str__(self) -> str:
        return self.plate

    @property
    def plate_shown(self) -> str:
        """The plate as people write it: 沪A·D12345."""
        return display_plate(self.plate)


class TestDrive(models.Model):
    """A test drive, from booking to feedback. The database itself refuses to book a car or a consultant twice."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("Booked")
        DONE = "done", _("Done")
        NO_SHOW = "no_show", _("Did not come")
        CANCELLED = "cancelled", _("Cancelled")

    ref = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="test_drives")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="test_drives")
    demo_car = models.ForeignKey(DemoCar, models.PROTECT, related_name="test_drives")
    consultant = models.ForeignKey("kernel.User", models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    licence_checked_at = models.DateTimeField(null=True, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    score = models.SmallIntegerField(null=True, blank=True)
    feedback = models.TextField(blank=True)
    calendar_sequence = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "starts_at"], name="test_drive_owner"),
            models.Index(fields=["lead", "-starts_at"], name="test_drive_lead"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="test_drive_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.ref


class Quote(models.Model):
    """A price named to the customer; minor units of ``currency``."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="quotes")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    car_model = models.ForeignKey("vehicles.CarModel", models.PROTECT, related_name="+", db_index=False)
    trim = models.CharField(max_length=80, blank=True)
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    note = models.CharField(max_length=500, blank=True)
    user = models.ForeignKey("kernel.User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"quote for {self.lead_id}"
