"""The organisation tree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.languages import in_language
from vinloop.kernel.models.calendar import Calendar


class Organisation(models.Model):
    """One node of the tree: manufacturer → region → dealer or service station; partners beside it.

    ``path`` is the chain of ids from the root, ``/1/5/23/``: a subtree is a prefix. It is written once, when
    the organisation is made or moved, so that reads need no recursion.
    """

    class Kind(models.TextChoices):
        MANUFACTURER = "manufacturer", _("Manufacturer")
        REGION = "region", _("Region")
        DEALER = "dealer", _("Dealer")
        SERVICE_STATION = "service_station", _("Service station")
        PARTNER = "partner", _("Partner")

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, editable=False)
    timezone = models.CharField(max_length=60, default="Asia/Shanghai")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["path"], name="organisation_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["kind", "name"], name="organisation_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(parent__isnull=True), name="organisation_one_root"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)
