"""Tables of the orders room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    """A customer's order at a dealer. ``price`` in minor units of ``currency``."""

    class Status(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    ref = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, blank=True, related_name="orders")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders")
    car_model = models.ForeignKey("vehicles.CarModel", models.PROTECT, related_name="+", db_index=False)
    trim = models.CharField(max_length=80, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    consultant = models.ForeignKey("kernel.User", models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.ORDERED)
    ordered_at = models.DateTimeField()
    promised_date = models.DateField(null=True, blank=True)
    vehicle = models.ForeignKey("vehicles.Vehicle", models.PROTECT, null=True, blank=True, related_name="orders")
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-ordered_at", "-id"], name="order_owner"),
            models.Index(fields=["-ordered_at", "-id"], name="order_recent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=~models.Q(status="cancelled") & models.Q(lead__isnull=False),
                name="order_one_per_lead",
            )
        ]

    def __str__(self) -> str:
        return self.ref
