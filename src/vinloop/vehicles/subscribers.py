"""After customers were merged, parted or put back, the cars their records name are read anew at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from vinloop.customers.events import CustomerMerged, CustomerSplit
from vinloop.customers.models import Customer
from vinloop.kernel.events.readers import Reader
from vinloop.kernel.models import Event
from vinloop.vehicles.actions.recorded import derive_ownerships_of


def read_cars_of_decided(events: Sequence[Event]) -> None:
    """Both customers of each decision; read again, a batch changes nothing more. The reader sees all rows."""
    refs = {
        str(each.payload[name])
        for each in events
        for name in ("ref", "merged_ref", "new_ref")
        if each.payload.get(name)
    }
    ids = list(Customer.objects.filter(ref__in=refs).order_by("pk").values_list("pk", flat=True))
    if ids:
        derive_ownerships_of(customer_ids=ids, at=timezone.now())


IDENTITY_READER = Reader("vehicles.identity", (CustomerMerged.kind, CustomerSplit.kind), read_cars_of_decided)
