"""What a dealer may ask by: the whole of a reference, VIN, phone number or e-mail address; nothing that is guessed."""

from __future__ import annotations

from dataclasses import dataclass

from vinloop.customers.models import ContactPoint, Customer
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.identifiers import (
    mask_email,
    mask_phone,
    mask_vin,
    normalise_email,
    parse_phones,
    parse_ref,
    parse_vin,
)
from vinloop.kernel.search import by_key, matching_ids

MOST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, understood: ``kind`` is ref, vin, phone or email; ``value`` its one spelling."""

    kind: str
    value: str

    @property
    def masked(self) -> str:
        """As it is kept and shown: enough for the asker to recognise, too little for anybody else."""
        masks = {"vin": mask_vin, "phone": mask_phone, "email": mask_email}
        return masks[self.kind](self.value) if self.kind in masks else self.value


def read_asked(text: str) -> Asked | None:
    """What a text names; None when it is none of the four."""
    ref = parse_ref(text)
    if ref is not None and ref.startswith("C-"):
        return Asked("ref", ref)
    vin = parse_vin(text)
    if vin is not None:
        return Asked("vin", vin.value)
    numbers = parse_phones(text)
    if len(numbers) == 1:
        return Asked("phone", numbers[0].e164)
    email = normalise_email(text)
    return Asked("email", email) if email else None


def customers_fitting(asked: Asked) -> list[int]:
    """The ids of customers it names; the caller sees all rows. As many statements whether or not there are any."""
    rows = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if asked.kind == "ref":
        old = Customer.objects.filter(ref=asked.value).values_list("merged_into_id", "id").first()
        rows = rows.filter(pk=(old[0] or old[1]) if old else 0)
    elif asked.kind == "vin":
        rows = rows.filter(pk__in=by_key(matching_ids("customer", asked.value, system_actor()) or []))
    else:
        held = ContactPoint.objects.filter(value=asked.value, kind=asked.kind).values("customer_id")
        rows = rows.filter(pk__in=held)
    return list(rows.order_by("id").values_list("id", flat=True)[:MOST])
