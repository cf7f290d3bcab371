"""Identity numbers: seen only with a reason, found only whole and by digest, and sealed anew when the key changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.matching.features import Features, blocking_keys
from vinloop.customers.models import Customer, MatchKeys, MatchRow, SealedNumber
from vinloop.customers.privacy.events import IdentityNumberShown
from vinloop.customers.standard.national_ids import parse_identity_number
from vinloop.customers.standard.record import identity_digests
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.events import Subject, record
from vinloop.kernel.refusals import Refused
from vinloop.kernel.sealing import CannotOpen, digester, is_under_todays_key, seal, unseal

UNMASK = "customers.customer:unmask"
_SHORTEST = 8
_LOOKED_AT = 100
_BATCH = 500


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """An identity number as people see it before they say why they want more; ``id`` is its source record's."""

    id: int
    kind: str
    masked: str
    source: str


def numbers_of(customer_id: int) -> list[KnownNumber]:
    """The identity numbers of a customer, masked. Row-level security shows them to headquarters alone."""
    rows = SealedNumber.objects.filter(record__customer_id=customer_id).select_related("record").order_by("record_id")
    return [KnownNumber(each.pk, each.kind, each.masked, each.record.source) for each in rows]


def unmask_number(*, actor: Actor, ref: str, number_id: int, reason: str, at: datetime) -> str:
    """The number in clear; who looked and why is recorded.

    Raises ``NotAllowed``, ``CustomerNotFound``, and ``Refused`` without a reason or when the key is lost.
    """
    actor.require(UNMASK)
    if not reason.strip():
        raise Refused("reason_missing", _("Say why you need to see the number."), "reason")
    customer = Customer.objects.select_for_update().filter(ref=ref, erased_at__isnull=True).first()
    found = SealedNumber.objects.filter(pk=number_id, record__customer=customer).first() if customer else None
    if customer is None or found is None:
        raise CustomerNotFound(ref)
    try:
        number = unseal(bytes(found.sealed), purpose=ID_PURPOSE)
    except CannotOpen as error:
        raise Refused("key_lost", _("The key this number was sealed with is gone. Ask your administrator.")) from error
    subject = Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
    record(IdentityNumberShown(ref=ref, reason=reason.strip()[:200]), actor=actor, subject=subject, at=at)
    return number


def customers_with_number(actor: Actor, text: str) -> list[int]:
    """Ids of customers with this whole identity number, for those who may see numbers; one query when it is one."""
    number = parse_identity_number(text)
    if number is None or number.is_masked or len(number.value) < _SHORTEST or not actor.may(UNMASK):
        return []
    rows = SealedNumber.objects.filter(digest=digester(ID_PURPOSE)(number.value), record__customer__isnull=False)
    return [each for each in rows.values_list("record__customer_id", flat=True).distinct() if each is not None]


@dataclass(slots=True)
class Resealed:
    """How many numbers are under the new key now, and how many none of the keys opens."""

    done: int = 0
    lost: int = 0


def are_numbers_behind(actor: Actor) -> bool:
    """Whether identity numbers are still under a key that was replaced; looks at the oldest and the newest ones."""
    with acting(actor):
        rows = SealedNumber.objects.values_list("sealed", flat=True)
        looked_at = [*rows.order_by("pk")[:_LOOKED_AT], *rows.order_by("-pk")[:_LOOKED_AT]]
    return not all(is_under_todays_key(bytes(sealed), purpose=ID_PURPOSE) for sealed in looked_at)


def reseal_all(actor: Actor) -> Resealed:
    """Seal every number with the secret key of today, in batches of their own transaction; harmless when repeated.

    Digests change with the key, so what the matcher compares is written anew with them.
    """
    result, after = Resealed(), 0
    while True:
        with acting(actor):
            rows = list(
                SealedNumber.objects.select_for_update(of=("self",)).filter(pk__gt=after).order_by("pk")[:_BATCH]
            )
            _reseal(rows, result)
        if not rows:
            return result
        after = rows[-1].pk


def _reseal(rows: Sequence[SealedNumber], result: Resealed) -> None:
    digest, opened = digester(ID_PURPOSE), []
    for row in rows:
        try:
            number = unseal(bytes(row.sealed), purpose=ID_PURPOSE)
        except CannotOpen:
            result.lost += 1
            continue
        row.sealed, row.digest = seal(number, purpose=ID_PURPOSE), digest(number)
        opened.append((row, number))
    SealedNumber.objects.bulk_update([row for row, _number in opened], ["sealed", "digest"])
    _compare_anew({row.pk: number for row, number in opened if row.kind != "unreadable"})
    result.done += len(opened)


def _compare_anew(numbers: dict[int, str]) -> None:
    digest = digester(ID_PURPOSE)
    rows = list(MatchRow.objects.filter(record_id__in=numbers))
    keys = []
    for row in rows:
        known = msgspec.convert(row.features, Features)
        found = identity_digests(parse_identity_number(numbers[row.pk]), digest)
        features = msgspec.structs.replace(known, **found)
        row.features = msgspec.to_builtins(features)
        keys.append(MatchKeys(record_id=row.pk, keys=blocking_keys(features)))
    MatchRow.objects.bulk_update(rows, ["features"])
    MatchKeys.objects.bulk_update(keys, ["keys"])
