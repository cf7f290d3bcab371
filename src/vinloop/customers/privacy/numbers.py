"""Identity numbers: listed masked, found only whole and by digest, and sealed anew when the key changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.matching.features import Features, blocking_keys
from vinloop.customers.models import MatchKeys, MatchRow, SealedNumber
from vinloop.customers.standard.national_ids import parse_identity_number
from vinloop.customers.standard.record import identity_digests
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.sealing import CannotOpen, digester, is_under_todays_key, seal, unseal

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
