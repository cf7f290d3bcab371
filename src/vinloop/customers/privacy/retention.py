"""Rules for keeping: what is older than its months is forgotten at night, in batches, and that it was is recorded.

Storage limitation: GDPR article 5 (1) e, PIPL article 19. A room declares its rules; 0 months switches one off.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer, SourceVersion
from vinloop.customers.personal_data import personal_data
from vinloop.customers.privacy.documents import empty_documents
from vinloop.customers.privacy.erasing import erase_everywhere, whole_customer
from vinloop.customers.privacy.events import RetentionApplied
from vinloop.customers.privacy.own_data import erase_forgotten
from vinloop.customers.privacy.settings import PROSPECTS, QUARANTINE, VERSIONS
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.settings import get_setting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BATCH = 200
SHOWN, MOST_COUNTED = 20, 1_000
_LOOKED_AT = 1_000
_QUIET = """
SELECT c.id FROM customers_customer c
WHERE c.id > %(after)s AND c.erased_at IS NULL AND c.merged_into_id IS NULL
  AND c.created_at < %(cutoff)s AND c.updated_at < %(cutoff)s
  AND NOT EXISTS (SELECT FROM kernel_event e WHERE e.customer_id = c.id AND e.at >= %(cutoff)s)
  AND NOT EXISTS (SELECT FROM customers_sourcerecord r WHERE r.customer_id = c.id
    AND coalesce(r.changed_at, r.received_at) >= %(cutoff)s)
  AND NOT EXISTS (SELECT FROM customers_privacyrequest p WHERE p.customer_id = c.id AND p.state = 'open')
ORDER BY c.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for keeping.

    ``find(before, after, limit)`` answers ids of what is over, above the id ``after``, in order. ``forget(ids, at)``
    forgets them. ``name_of(ids)`` names them for people who may see them: references, never names.
    """

    code: str
    label: StrOrPromise
    setting: str
    find: Callable[[datetime, int, int], list[int]]
    forget: Callable[[Sequence[int], datetime], object]
    name_of: Callable[[Sequence[int]], list[str]]


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would forget tonight. ``count`` stops at ``MOST_COUNTED``; ``months`` 0 means the rule is off."""

    rule: Rule
    months: int
    count: int
    names: Sequence[str]


_rules: dict[str, Rule] = {}


def declare_retention(*rules: Rule) -> None:
    """Register a room's rules; harmless when done twice."""
    _rules.update({rule.code: rule for rule in rules})


def all_rules() -> list[Rule]:
    """Every rule, in the order of declaration."""
    return list(_rules.values())


def rule_words(code: str) -> StrOrPromise:
    """What a rule is called."""
    return _rules[code].label if code in _rules else code


def due_tonight(at: datetime) -> list[Due]:
    """What each rule would forget if it ran now; nothing is changed. The caller sees all rows."""
    return [_due(rule, at) for rule in all_rules()]


def forget_batch(*, actor: Actor, code: str, after: int, at: datetime) -> int | None:
    """Forget one batch of a rule above an id, in the current transaction, and record how many.

    Answers the id to go on after, or ``None`` when nothing is left. The system alone does this: every row is seen.
    """
    rule, cutoff = _rules[code], _cutoff(_rules[code], at)
    ids = rule.find(cutoff, after, BATCH) if cutoff else []
    if not ids:
        return None
    rule.forget(ids, at)
    subject = Subject("kernel.organisation", actor.organisation_id, actor.organisation_id)
    record(RetentionApplied(rule=code, count=len(ids)), actor=actor, subject=subject, at=at)
    return ids[-1] if len(ids) == BATCH else None


def _due(rule: Rule, at: datetime) -> Due:
    cutoff = _cutoff(rule, at)
    ids = rule.find(cutoff, 0, MOST_COUNTED) if cutoff else []
    return Due(rule, get_setting(rule.setting), len(ids), rule.name_of(ids[:SHOWN]) if ids else [])


def _cutoff(rule: Rule, at: datetime) -> datetime | None:
    months = get_setting(rule.setting)
    return _months_before(at, months) if months else None


def _months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last one."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def quiet_prospects(before: datetime, after: int, limit: int) -> list[int]:
    """Customers nobody heard of since, and no room still needs: no car, no order, no open lead."""
    found: list[int] = []
    for ids in _quiet(before, after):
        needed = {each for handler in personal_data() for each in handler.keeps(ids, before)}
        found += [each for each in ids if each not in needed]
        if len(found) >= limit:
            break
    return found[:limit]


def _quiet(before: datetime, after: int) -> Iterator[list[int]]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_QUIET, {"after": after, "cutoff": before, "limit": _LOOKED_AT})
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        after = ids[-1]


def _forget_prospects(ids: Sequence[int], at: datetime) -> None:
    whole = [each for customer in Customer.objects.filter(pk__in=ids) for each in whole_customer(customer)]
    erase_everywhere(whole, at, own=erase_forgotten)


def _old_versions(before: datetime, after: int, limit: int) -> list[int]:
    rows = SourceVersion.objects.filter(replaced_at__lt=before, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _versions_named(ids: Sequence[int]) -> list[str]:
    rows = SourceVersion.objects.filter(pk__in=ids).order_by("pk").values_list("record__source", "record__key")
    return [f"{source} {key}" for source, key in rows]


def _old_documents(before: datetime, after: int, limit: int) -> list[int]:
    quarantined = ReceivedDocument.objects.filter(state=ReceivedDocument.State.QUARANTINED)
    rows = quarantined.filter(received_at__lt=before, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def declare_own_rules() -> None:
    """What this room forgets, and the kernel's documents."""
    declare_retention(
        Rule(
            "prospects", _("People without a car, an order or an open lead"), PROSPECTS, quiet_prospects,
            _forget_prospects,
            lambda ids: list(Customer.objects.filter(pk__in=ids).order_by("pk").values_list("ref", flat=True)),
        ),
        Rule(
            "versions", _("Older versions of source records"), VERSIONS, _old_versions,
            lambda ids, _at: SourceVersion.objects.filter(pk__in=ids).delete(), _versions_named,
        ),
        Rule(
            "quarantine", _("Documents in quarantine"), QUARANTINE, _old_documents,
            lambda ids, at: empty_documents(ReceivedDocument.objects.filter(pk__in=ids), at),
            lambda ids: list(ReceivedDocument.objects.filter(pk__in=ids).order_by("pk").values_list("ref", flat=True)),
        ),
    )  # fmt: skip
