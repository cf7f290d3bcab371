"""Customer lists that leave the house: for a reason, within a bound, masked for most, and always recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.masks import HIDDEN, mask_contact
from vinloop.customers.models import ContactPoint, Customer
from vinloop.customers.privacy.events import CustomersExported
from vinloop.customers.privacy.settings import ROWS
from vinloop.customers.queries import ORDER, list_customers
from vinloop.customers.words import place_words
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import get_setting
from vinloop.kernel.web.exports import Format, Record, Table, download, pages_of

EXPORT = "customers.customer:export"
_SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers, as the list asks for them."""

    q: str = ""
    kind: str = ""
    city: str = ""

    @property
    def filters(self) -> str:
        """How they were asked for; what was searched for may be a name or a number and is not told."""
        said = {"search": "yes" if self.q.strip() else "", "kind": self.kind, "city": self.city}
        return " ".join(f"{name}={value}" for name, value in said.items() if value)


def count_wanted(actor: Actor, wanted: Wanted) -> tuple[int, int]:
    """How many customers it would be, counted to one beyond the bound, and the bound."""
    bound = int(get_setting(ROWS))
    found = list_customers(actor, q=wanted.q, kind=wanted.kind, city=wanted.city)
    return found.order_by().values("pk")[: bound + 1].count(), bound


def export_customers(
    *, actor: Actor, wanted: Wanted, file_format: Format, reason: str, at: datetime
) -> HttpResponseBase:
    """The customers of a list as a file. Numbers and addresses are masked unless the actor may see hidden values.

    Raises ``NotAllowed``, and ``Refused`` without a reason or beyond the bound; then nothing is recorded.
    """
    actor.require(EXPORT)
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused("reason_missing", _("Say what the list is for."), "reason")
    count, bound = count_wanted(actor, wanted)
    if count > bound:
        words = _("These are more than %(bound)s customers. Narrow the list down first.")
        raise Refused("too_many", words % {"bound": f"{bound:,}"})
    is_masked = not actor.may(UNMASK)
    fact = CustomersExported(
        format=file_format, count=count, filters=wanted.filters, reason=reason.strip()[:200], is_masked=is_masked
    )
    subject = Subject("kernel.organisation", actor.organisation_id, actor.organisation_id)
    record(fact, actor=actor, subject=subject, at=at)
    pages = pages_of(
        actor,
        lambda: list_customers(actor, q=wanted.q, kind=wanted.kind, city=wanted.city),
        ORDER,
        lambda rows: _records(rows, is_masked=is_masked),
    )
    return download(Table("customers", _heads(), pages), file_format)


def _heads() -> list[str]:
    return [
        _("Reference"), _("Kind"), pgettext("customer", "Name"), _("Phone"), _("E-mail"), _("Province"), _("City"),
        _("Address"), _("Known since"), _("Last changed"),
    ]  # fmt: skip


def _records(customers: Sequence[Customer], *, is_masked: bool) -> list[Record]:
    reach: dict[tuple[int, str], str] = {}
    points = ContactPoint.objects.filter(customer__in=customers, valid_until__isnull=True)
    for point in points.order_by("is_primary", "-id"):
        reach[point.customer_id, point.kind] = mask_contact(point.kind, point.value) if is_masked else point.value
    return [_record(each, reach, is_masked) for each in customers]


def _record(each: Customer, reach: dict[tuple[int, str], str], is_masked: bool) -> Record:
    address = HIDDEN if is_masked and each.address else each.address
    return [
        each.ref, each.get_kind_display(), each.name, reach.get((each.pk, "phone"), ""),
        reach.get((each.pk, "email"), ""), place_words(each.province), place_words(each.city), address,
        each.created_at, each.updated_at,
    ]  # fmt: skip
