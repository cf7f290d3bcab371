"""Golden records: who somebody is, how to reach them, who may see them, and what they allowed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """The golden record: one person, company or government body.

    ``ref`` is random, so that nobody infers volumes. ``merged_into`` leads from an old record to the one it
    became; a merged record is never deleted, so that its reference keeps answering.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Private person")
        COMPANY = "company", _("Company")
        GOVERNMENT = "government", _("Government body")

    class Gender(models.TextChoices):
        MALE = "male", _("Male")
        FEMALE = "female", _("Female")
        UNKNOWN = "", _("Not known")

    ref = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(max_length=200, blank=True)
    gender = models.CharField(max_length=8, choices=Gender, blank=True, default=Gender.UNKNOWN)
    birth_date = models.DateField(null=True, blank=True)
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    county = models.CharField(max_length=80, blank=True, default="", db_default="")
    postcode = models.CharField(max_length=12, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True)
    # Field → {"source", "record", "rule", "as_of"}: where each value comes from and which rule chose it.
    provenance = models.JSONField(default=dict, db_default={})
    # Fields a person corrected: no rule writes them again.
    held_fields = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref"], name="customer_ref_once")]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="customer_recent"),
            models.Index(fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ref


class ContactPoint(models.Model):
    """A phone number (E.164) or an e-mail address (lower case) at which a customer was reached or reachable.

    Several customers may share one: spouses share phones.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("Not verified")
        VERIFIED = "verified", _("Verified")
        INVALID = "invalid", _("Invalid")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=254)
    state = models.CharField(max_length=12, choices=State, default=State.UNVERIFIED)
    is_primary = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_seen_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind", "value"], name="contact_point_once")]
        indexes = [models.Index(fields=["value", "kind"], name="contact_point_value")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class CustomerAccess(models.Model):
    """Why an organisation may see a customer: a lead, an order, a visit, a sale or a grant."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead")
        VISIT = "visit", _("Showroom visit")
        ORDER = "order", _("Order")
        SALE = "sale", _("Sale")
        GRANT = "grant", _("Granted by headquarters")
        SOURCE = "source", _("In the dealer's own records")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="accesses", db_index=False)
    organisation = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "organisation", "kind"], name="customer_access_once")
        ]
        indexes = [models.Index(fields=["organisation", "-since", "-id"], name="customer_access_org")]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.customer_id}"


class Consent(models.Model):
    """What a customer allowed or refused, with the proof; the newest row per purpose and channel counts."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=30, default="contact")
    channel = models.CharField(max_length=10, choices=Channel)
    is_granted = models.BooleanField()
    proof = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "purpose", "channel", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} of {self.customer_id}"


class Address(models.Model):
    """A place a customer was said to live or sit at; ``door`` is the normalised key under which spellings meet."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", db_index=False)
    text = models.CharField(max_length=300)
    door = models.CharField(max_length=300)
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    is_primary = models.BooleanField(default=False)
    last_seen_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "door"], name="address_once")]
        indexes = [models.Index(fields=["door"], name="address_door")]

    def __str__(self) -> str:
        return f"address of {self.customer_id}"


class Relation(models.Model):
    """Two customers who belong together without being one: a household, a firm and its people.

    A household is kept once, the smaller id first; otherwise ``customer`` is the person and ``other`` the firm. A
    derived relation somebody removed stays as a row with ``removed_at``, so that no later run brings it back.
    """

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("Same household")
        EMPLOYER = "employer", _("Works for")
        DRIVER = "driver", _("Drives for")
        OTHER = "other", _("Other relation")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations", db_index=False)
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    is_derived = models.BooleanField(default=True)
    since = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "other", "kind"], name="relation_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.other_id}"
