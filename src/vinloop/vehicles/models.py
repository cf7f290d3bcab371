"""Tables of the vehicles room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.languages import in_language


class Brand(models.Model):
    """A marque the manufacturer sells, or one that appears in enquiries and trade-ins.

    ``colours`` lists its paints by ``name`` and ``name_en``, so that each reader sees a car's colour in their language.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    is_own = models.BooleanField(default=True)
    colours = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class CarModel(models.Model):
    """A model of the catalogue, as the public page shows it. Prices are in minor units of ``currency``."""

    class Body(models.TextChoices):
        SEDAN = "sedan", _("Sedan")
        SUV = "suv", _("SUV")
        HATCHBACK = "hatchback", _("Hatchback")
        MPV = "mpv", _("MPV")
        COUPE = "coupe", _("Coupé")

    class Drive(models.TextChoices):
        PETROL = "petrol", _("Petrol")
        HYBRID = "hybrid", _("Hybrid")
        ELECTRIC = "electric", _("Electric")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="car_models")
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    body = models.CharField(max_length=12, choices=Body, default=Body.SEDAN)
    drive = models.CharField(max_length=12, choices=Drive, default=Drive.PETROL)
    tagline = models.CharField(max_length=200, blank=True)
    tagline_en = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    trims = models.JSONField(default=list, blank=True)
    price_from = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    upsell_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    is_active = models.BooleanField(default=True)
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Vehicle(models.Model):
    """A car that exists, known by its VIN (ISO 3779). ``sold_by`` is the dealer that delivered it."""

    vin = models.CharField(max_length=17, unique=True)
    car_model = models.ForeignKey(CarModel, models.PROTECT, null=True, blank=True, related_name="vehicles")
    make_text = models.CharField(max_length=60, blank=True)
    model_text = models.CharField(max_length=80, blank=True)
    model_year = models.SmallIntegerField(null=True, blank=True)
    trim = models.CharField(max_length=60, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    plate = models.CharField(max_length=12, blank=True, db_index=True)
    sold_by = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    delivery_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.vin

    @property
    def label(self) -> str:
        """What the car is called: its model of the catalogue, else what records call it, at least its maker."""
        return self.car_model.label if self.car_model else self.model_text or self.make_text


class Ownership(models.Model):
    """A customer's part in a car for a time: owner, driver or payer.

    ``origin`` says who says so. Rows read from source records are read anew after every run of identity resolution;
    those of deliveries and persons no run touches.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        DRIVER = "driver", _("Driver")
        PAYER = "payer", _("Payer")

    class Origin(models.TextChoices):
        DELIVERY = "delivery", _("From the handover")
        PERSON = "person", _("Said by a colleague")
        RECORDS = "records", _("From records")

    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="ownerships")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="ownerships")
    role = models.CharField(max_length=8, choices=Role, default=Role.OWNER)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.DELIVERY, db_default=Origin.DELIVERY)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=models.Q(until__isnull=True, role="owner"),
                name="vehicle_one_current_owner",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-since"], name="ownership_customer")]

    def __str__(self) -> str:
        return f"{self.role} of {self.vehicle_id}"
