"""Tables of the network room."""

from __future__ import annotations

from django.db import models


class DealerProfile(models.Model):
    """What a buyer and a dispatcher need to know of a dealer.

    ``lead_capacity`` is how many open leads the dealer can work on at a time; ``weight`` lets headquarters favour
    or spare a dealer (1.0 is neutral).
    """

    organisation = models.OneToOneField(
        "kernel.Organisation", models.CASCADE, primary_key=True, related_name="dealer_profile"
    )
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    address_en = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    brands = models.ManyToManyField("vehicles.Brand", related_name="dealers", blank=True)
    lead_capacity = models.IntegerField(default=60)
    weight = models.FloatField(default=1.0)
    accepts_leads = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["city"], name="dealer_city")]

    def __str__(self) -> str:
        return f"profile of {self.organisation_id}"


class Territory(models.Model):
    """A city (or a whole province when ``city`` is empty) that is a dealer's own ground."""

    organisation = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="territories")
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "province", "city"], name="territory_once")]
        indexes = [models.Index(fields=["city", "province"], name="territory_place")]

    def __str__(self) -> str:
        return f"{self.province} {self.city}"
