"""Who belongs together without being one: households and firms, found in the records or named by a person.

Found by one statement per chunk of customers: people at one phone number, or in one flat (building and room, and the
house or the estate) are a household; who shares a firm's number, or whose records name it, works for it. Numbers and
flats of many people say nothing. What is no longer so goes, what a person said stays, what a person removed stays
removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.single import EDIT, locked_customer, subject_of
from vinloop.customers.events import CustomerNotFound, RelationAdded, RelationRemoved
from vinloop.customers.models import Customer, Relation, ResolveRun
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.events import record
from vinloop.kernel.refusals import Refused

CHUNK = 5_000
MOST_AT_NUMBER = 6  # more people than this share an office's or a dealer's number
MOST_AT_FIRM = 50
MOST_AT_DOOR = 60
MOST_IN_HOUSEHOLD = 8
Progress = Callable[[str, int, int], None]
_LIVE = "{0}.merged_into_id IS NULL AND {0}.erased_at IS NULL"
_VALID = "{0}.kind = 'phone' AND {0}.valid_until IS NULL AND {0}.state <> 'invalid'"
_DERIVE = f"""
WITH mine AS (
  SELECT c.id, c.kind, lower(c.name) AS name FROM customers_customer c
  WHERE c.id = ANY (%(ids)s::bigint[]) AND {_LIVE.format("c")}
), holder AS (
  SELECT p.value, c.id, c.kind = 'person' AS is_person
  FROM (SELECT DISTINCT p.value FROM customers_contactpoint p JOIN mine m ON m.id = p.customer_id
        WHERE {_VALID.format("p")}) n
  JOIN customers_contactpoint p ON p.value = n.value AND {_VALID.format("p")}
  JOIN customers_customer c ON c.id = p.customer_id AND {_LIVE.format("c")}
), number AS (
  SELECT value, count(*) FILTER (WHERE is_person) AS people, count(*) FILTER (WHERE NOT is_person) AS firms
  FROM holder GROUP BY value HAVING count(*) > 1
), resident AS (
  SELECT a.door, c.id
  FROM (SELECT DISTINCT a.door FROM customers_address a JOIN mine m ON m.id = a.customer_id AND m.kind = 'person'
        WHERE a.door LIKE '%%|%%|%%' AND a.valid_until IS NULL) f
  JOIN customers_address a ON a.door = f.door AND a.valid_until IS NULL
  JOIN customers_customer c ON c.id = a.customer_id AND c.kind = 'person' AND {_LIVE.format("c")}
), door AS (
  SELECT door FROM resident GROUP BY door HAVING count(*) BETWEEN 2 AND %(door)s
), home AS (
  SELECT a.id AS one, b.id AS two FROM number n
  JOIN holder a ON a.value = n.value AND a.is_person JOIN holder b ON b.value = n.value AND b.is_person AND b.id > a.id
  WHERE n.people <= %(number)s
  UNION
  SELECT a.id, b.id FROM door d
  JOIN resident a ON a.door = d.door JOIN resident b ON b.door = d.door AND b.id > a.id
  WHERE EXISTS (
    SELECT FROM customers_sourcerecord r JOIN customers_matchrow m ON m.record_id = r.id
    JOIN customers_sourcerecord s ON s.customer_id = b.id JOIN customers_matchrow o ON o.record_id = s.id
    WHERE r.customer_id = a.id AND m.features->>'door' = o.features->>'door'
    AND m.features->>'county' = o.features->>'county'
    AND (m.features->>'house' = o.features->>'house' OR m.features->>'estate' = o.features->>'estate'))
), crowd AS (
  SELECT id FROM (SELECT one AS id FROM home UNION ALL SELECT two FROM home) e GROUP BY id HAVING count(*) > %(home)s
), doubted AS (
  SELECT r.customer_id AS one, s.customer_id AS two
  FROM (SELECT one AS id FROM home UNION SELECT two FROM home) e
  JOIN customers_sourcerecord r ON r.customer_id = e.id
  JOIN customers_reviewpair p ON p.one_id = r.id AND p.state IN ('open', 'later')
  JOIN customers_sourcerecord s ON s.id = p.two_id
), doubt AS (
  SELECT one, two FROM doubted UNION ALL SELECT two, one FROM doubted
), named AS (
  SELECT r.customer_id, lower(r.standard->>'company') AS company FROM mine m
  JOIN customers_sourcerecord r ON r.customer_id = m.id
  WHERE m.kind = 'person' AND r.standard->>'company' <> ''
  UNION
  SELECT r.customer_id, m.name FROM mine m
  JOIN customers_sourcerecord r ON lower(r.standard->>'company') = m.name AND r.standard->>'company' <> ''
  WHERE m.kind <> 'person' AND r.customer_id IS NOT NULL
), firm AS (
  SELECT lower(c.name) AS name, min(c.id) AS id FROM customers_customer c
  WHERE c.kind <> 'person' AND {_LIVE.format("c")} AND lower(c.name) IN (SELECT company FROM named)
  GROUP BY 1 HAVING count(*) = 1
), found AS (
  SELECT h.one, h.two, 'household' AS kind FROM home h
  JOIN customers_customer a ON a.id = h.one JOIN customers_customer b ON b.id = h.two
  WHERE a.name <> '' AND b.name <> '' AND lower(a.name) <> lower(b.name)
  AND h.one NOT IN (SELECT id FROM crowd) AND h.two NOT IN (SELECT id FROM crowd)
  AND NOT EXISTS (SELECT FROM doubt d WHERE d.one = h.one AND d.two = h.two)
  UNION
  SELECT p.id, f.id, 'employer' FROM number n
  JOIN holder p ON p.value = n.value AND p.is_person JOIN holder f ON f.value = n.value AND NOT f.is_person
  WHERE n.firms = 1 AND n.people <= %(firm)s
  UNION
  SELECT c.id, f.id, 'employer' FROM named n JOIN firm f ON f.name = n.company
  JOIN customers_customer c ON c.id = n.customer_id AND c.kind = 'person' AND {_LIVE.format("c")}
), gone AS (
  DELETE FROM customers_relation r
  WHERE r.is_derived AND r.removed_at IS NULL
  AND (r.customer_id = ANY (%(ids)s::bigint[]) OR r.other_id = ANY (%(ids)s::bigint[]))
  AND NOT EXISTS (SELECT FROM found f WHERE f.kind = r.kind AND (
    (f.one = r.customer_id AND f.two = r.other_id)
    OR (f.kind = 'household' AND f.one = r.other_id AND f.two = r.customer_id)))
)
INSERT INTO customers_relation (customer_id, other_id, kind, is_derived, since)
SELECT f.one, f.two, f.kind, true, %(at)s FROM found f
WHERE NOT EXISTS (SELECT FROM customers_relation r
  WHERE r.kind = f.kind AND r.kind = 'household' AND r.customer_id = f.two AND r.other_id = f.one)
ON CONFLICT (customer_id, other_id, kind) DO NOTHING
"""
_CHANGED = """
SELECT id FROM customers_customer WHERE id > %s AND (%s::timestamptz IS NULL OR updated_at >= %s) ORDER BY id LIMIT %s
"""


def derive_relations(*, actor: Actor, at: datetime, since: datetime | None, progress: Progress | None = None) -> int:
    """Find the relations of all customers changed ``since`` then (None: of all); answers how many are new.

    Runs outside a transaction, as an actor that sees all rows; every chunk is a transaction of its own.
    """
    added, done, after = 0, 0, 0
    while True:
        with acting(actor):
            ids = _changed(after, since)
            if not ids:
                return added
            added += derive_relations_of(customer_ids=ids, at=at)
        after, done = ids[-1], done + len(ids)
        if progress:
            progress("relations", done, done)


def derive_relations_of(*, customer_ids: Sequence[int], at: datetime) -> int:
    """Find the relations of these customers; the caller sees all rows. Answers how many are new."""
    limits = {"number": MOST_AT_NUMBER, "firm": MOST_AT_FIRM, "door": MOST_AT_DOOR, "home": MOST_IN_HOUSEHOLD}
    with connection.cursor() as cursor:
        cursor.execute(_DERIVE, {"ids": list(customer_ids), "at": at, **limits})
        return int(cursor.rowcount)


def looked_at(actor: Actor, run: int) -> datetime | None:
    """Since when customers have changed without being looked at; None when all must be: a full run, or the first."""
    with acting(actor):
        if ResolveRun.objects.filter(pk=run, is_full=True).exists():
            return None
        earlier = ResolveRun.objects.filter(pk__lt=run, ended_at__isnull=False).order_by("-pk").first()
        return earlier.ended_at if earlier else None


def add_relation(*, actor: Actor, ref: str, other_ref: str, kind: str, at: datetime) -> Relation:
    """Say that two customers belong together; for ``employer`` and ``driver`` the second is the firm.

    Raises ``CustomerNotFound``, ``NotAllowed``, and ``Refused`` for one customer twice.
    """
    actor.require(EDIT)
    customer = locked_customer(ref)
    other = Customer.objects.filter(ref=other_ref, merged_into__isnull=True).first()
    if other is None:
        raise CustomerNotFound(other_ref)
    if other.pk == customer.pk:
        raise Refused("same_customer", _("A relation takes two customers."), "other")
    one, two = sorted((customer, other), key=lambda each: each.pk) if kind == "household" else (customer, other)
    relation, _is_new = Relation.objects.update_or_create(
        customer=one, other=two, kind=kind,
        defaults={"is_derived": False, "removed_at": None}, create_defaults={"is_derived": False, "since": at},
    )  # fmt: skip
    fact = RelationAdded(ref=customer.ref, relation=kind)
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)
    return relation


def remove_relation(*, actor: Actor, ref: str, relation_id: int, at: datetime) -> None:
    """Say that two customers do not belong together; no run brings it back. Raises ``CustomerNotFound``."""
    actor.require(EDIT)
    customer = locked_customer(ref)
    relation = Relation.objects.filter(pk=relation_id, removed_at__isnull=True).first()
    if relation is None or customer.pk not in (relation.customer_id, relation.other_id):
        raise CustomerNotFound(ref)
    relation.removed_at, relation.is_derived = at, True
    relation.save(update_fields=["removed_at", "is_derived"])
    fact = RelationRemoved(ref=customer.ref, relation=relation.kind)
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)


def _changed(after: int, since: datetime | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [after, since, since, CHUNK])
        return [row[0] for row in cursor.fetchall()]
