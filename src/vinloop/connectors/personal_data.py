"""What the connectors keep about people: deliveries of facts, which by rule name nobody; and that is checked here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.models import WebhookDelivery
from vinloop.customers.personal_data import Erased, PersonalData
from vinloop.customers.privacy.needles import needles_of

WORDS = {"connectors.delivery": _("Copies sent to other systems that named the person")}


def connector_data() -> PersonalData:
    """What this room answers for."""
    return PersonalData(
        code="connectors",
        label=_("Other systems"),
        tables=("connectors_webhookdelivery",),
        export=lambda _ids: [],
        erase=_erase,
        words=WORDS,
    )


def _erase(customer_ids: Sequence[int], _at: datetime) -> list[Erased]:
    needles = needles_of(customer_ids)
    naming = RawSQL(
        "SELECT d.id FROM connectors_webhookdelivery d WHERE EXISTS ("
        "SELECT FROM unnest(%s::text[]) AS n WHERE strpos(d.payload::text, n) > 0)",
        [list(needles.sure)],
    )
    removed, _details = WebhookDelivery.objects.filter(pk__in=naming).delete()
    return [Erased("connectors.delivery", removed, "removed")]
