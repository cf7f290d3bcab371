"""Read models: tables of lower rooms as figures look at them. Nothing is written here, and no table is made."""

from __future__ import annotations

from django.db import models


class HandOver(models.Model):
    """A lead handed to a dealer (the leads room's ``Assignment``).

    Here the lead may be missing: one that moved on is out of its first dealer's sight, while the hand-over still
    counts there. To Django a lead that can't be missing is an inner join, which would lose the row.
    """

    lead = models.ForeignKey("leads.Lead", models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    owner = models.ForeignKey("kernel.Organisation", models.DO_NOTHING, related_name="+", db_constraint=False)
    outcome = models.CharField(max_length=10)
    dispatched_at = models.DateTimeField()
    accept_by = models.DateTimeField()
    contact_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_contacted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decline_reason = models.ForeignKey(
        "leads.ReasonCode", models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    class Meta:
        managed = False
        db_table = "leads_assignment"

    def __str__(self) -> str:
        return f"{self.lead_id} at {self.owner_id}"
