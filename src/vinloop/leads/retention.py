"""What was said about lost and invalid leads is forgotten after its months; that there was a lead stays for figures."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from vinloop.customers.privacy.retention import Rule
from vinloop.customers.privacy.settings import LOST
from vinloop.leads.models import Contact, Lead, Touch
from vinloop.leads.personal_data import empty_leads

_ENDED = ("lost", "invalid")


def lost_leads_rule() -> Rule:
    """To be declared."""
    return Rule(
        "lost_leads",
        _("What was said about lost and invalid leads"),
        LOST,
        _over,
        lambda ids, at: empty_leads(Lead.objects.filter(pk__in=ids), at),
        lambda ids: list(Lead.objects.filter(pk__in=ids).order_by("pk").values_list("ref", flat=True)),
    )


def _over(before: datetime, after: int, limit: int) -> list[int]:
    """Ended before the moment, and still with something to forget."""
    sent = Touch.objects.filter(lead=OuterRef("pk")).exclude(payload={})
    noted = Contact.objects.filter(lead=OuterRef("pk")).exclude(note="")
    written = ~Q(comments="") | ~Q(handover_note="") | ~Q(lost_note="") | Exists(sent) | Exists(noted)
    rows = Lead.objects.filter(written, status__in=_ENDED, closed_at__lt=before, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
