"""Writing what was resolved: records get their customers, customers their golden values; chunk by chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

import msgspec
from django.db import connection

from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.actions.merging import merge_many, tell
from vinloop.customers.actions.splitting import part_reach
from vinloop.customers.events import CustomerSplit
from vinloop.customers.matching.clusters import Pair
from vinloop.customers.models import Customer, SourceRecord
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.db.bulk import as_records, insert_rows, next_ids, recordset, run_prepared
from vinloop.kernel.identifiers import new_ref
from vinloop.kernel.search import scope_tokens

CHUNK = 2_000
Progress = Callable[[str, int, int], None]
_ASSIGN = {
    "id": "bigint",
    "customer_id": "bigint",
    "probability": "double precision",
    "reasons": "jsonb",
    "was": "bigint",
    "said": "bigint",
}
# A record that went elsewhere since the run read it stays there; one that says something new goes on waiting.
_WRITE = (
    "UPDATE customers_sourcerecord r SET customer_id = t.customer_id, probability = t.probability,"
    " reasons = t.reasons, matched_by = 'model',"
    " is_compared = r.is_compared OR coalesce(hashtextextended(r.digest, 0) = t.said, false)"
    f" FROM {recordset(_ASSIGN)} WHERE r.id = t.id AND r.customer_id IS NOT DISTINCT FROM t.was"
)
_ACCESS = """
INSERT INTO customers_customeraccess (customer_id, organisation_id, kind, since)
SELECT DISTINCT r.customer_id, o.id, 'source', %s::timestamptz
FROM customers_sourcerecord r JOIN kernel_organisation o
  ON o.kind IN ('dealer', 'service_station') AND (o.id = r.owner_id OR o.code = r.branch)
WHERE r.customer_id = ANY (%s::bigint[]) AND r.matched_by IN ('model', '')
ON CONFLICT (customer_id, organisation_id, kind) DO UPDATE SET until = NULL
RETURNING customer_id, organisation_id
"""
_RENEWED = """
SELECT DISTINCT r.customer_id FROM customers_sourcerecord r
WHERE r.id = ANY (%s::bigint[]) AND r.customer_id IS NOT NULL AND (r.changed_at IS NOT NULL
  OR EXISTS (SELECT FROM customers_sourcerecord o WHERE o.customer_id = r.customer_id AND o.id <> r.id))
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One cluster: its records, the customers they belonged to (None: to nobody), and what brought each in.

    ``parted`` are customers that stay with another cluster, which has more of their records.
    """

    records: Sequence[int]
    customers: Sequence[int | None]
    through: Mapping[int, Pair]
    parted: frozenset[int] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether all records belong to one customer already, and it to them."""
        return len(set(self.customers)) == 1 and self.customers[0] is not None and not self.parted

    @property
    def claims(self) -> Counter[int]:
        """The customers it may become, with how many of its records each had."""
        return Counter(each for each in self.customers if each is not None and each not in self.parted)


@dataclass(frozen=True, slots=True)
class _Move:
    """One record on its way from a customer, or from nobody, to another."""

    record: int
    was: int | None
    target: int
    probability: float | None
    reasons: str | None


@dataclass(slots=True)
class _Chunk:
    created: list[int] = field(default_factory=list)
    merges: dict[int, int] = field(default_factory=dict)
    rows: list[_Move] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


def apply_clusters(
    *, actor: Actor, clusters: Iterable[Assignment], compared: Mapping[int, int], at: datetime, progress: Progress
) -> dict[str, int]:
    """Write clusters in chunks, each its own transaction; answers how many customers were created and merged.

    ``compared`` are the records this run looked at from all sides, with what they said (the hash of their digest);
    others it met go on waiting for their turn. The caller authorised the actor, who sees all rows. A cluster keeps the
    customer most of its records had; other customers that are wholly within it are merged into that one, so that their
    leads and cars come along. Records that fell away from a customer become one of their own. Customers who keep
    their records are written anew where a record says something new.
    """
    counts = {"created": 0, "merged": 0}
    waiting: list[Assignment] = []
    renewed: list[int] = []
    for each in clusters:
        if each.is_settled:
            renewed += [record for record in each.records if record in compared]
        else:
            waiting.append(each)
    with acting(actor):
        sizes = _sizes(waiting)
    pending, done = iter(waiting), 0
    while chunk := list(islice(pending, CHUNK)):
        with acting(actor):
            plan = _plan(chunk, sizes)
            _write(actor, plan, compared, at)
        counts["created"] += len(plan.created)
        counts["merged"] += len(plan.merges)
        done += len(chunk)
        progress("write", done, len(waiting))
    _renew(actor, renewed, at)
    return counts


def _renew(actor: Actor, records: Sequence[int], at: datetime) -> None:
    """Golden values of customers with a changed or further record; a door wrote those of its own new ones itself."""
    for start in range(0, len(records), CHUNK):
        with acting(actor):
            ids = [row[0] for row in run_prepared(_RENEWED, [list(records[start : start + CHUNK])])]
            rebuild_golden(ids, at=at, owner_scopes=_grant(ids, at))


def _sizes(clusters: Sequence[Assignment]) -> Mapping[int, int]:
    """How many records each customer has who may lose some."""
    ids = {each for cluster in clusters for each in cluster.customers if each is not None}
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, count(*) FROM customers_sourcerecord"
            " WHERE customer_id = ANY (%s::bigint[]) GROUP BY 1",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def _plan(chunk: Sequence[Assignment], sizes: Mapping[int, int]) -> _Chunk:
    plan = _Chunk()
    fresh = [each for each in chunk if not each.claims]
    ids = dict(zip(map(id, fresh), next_ids("customers_customer", len(fresh)), strict=True)) if fresh else {}
    for cluster in chunk:
        counts = cluster.claims
        if not counts:
            target = ids[id(cluster)]
            plan.created.append(target)
        else:
            target = min(counts, key=lambda each: (-counts[each], each))
            whole = (each for each, count in counts.items() if each != target and count == sizes.get(each))
            plan.merges.update(dict.fromkeys(whole, target))
        plan.touched.add(target)
        _assign(plan, cluster, target)
    return plan


def _assign(plan: _Chunk, cluster: Assignment, target: int) -> None:
    for record, customer in zip(cluster.records, cluster.customers, strict=True):
        if customer == target or customer in plan.merges:
            continue
        if customer is not None:
            plan.touched.add(customer)
        pair = cluster.through.get(record)
        other = None if pair is None else pair.two if pair.one == record else pair.one
        reasons = None if other is None else msgspec.json.encode({"with": other}).decode()
        plan.rows.append(_Move(record, customer, target, pair.probability if pair else None, reasons))


def _write(actor: Actor, plan: _Chunk, compared: Mapping[int, int], at: datetime) -> None:
    _follow_people(plan)
    _create(plan, at)
    merge_many(actor=actor, moves=plan.merges, at=at)
    if plan.rows:
        rows = [(m.record, m.target, m.probability, m.reasons or "null", m.was, compared.get(m.record))
                for m in plan.rows]  # fmt: skip
        run_prepared(_WRITE, [as_records(_ASSIGN, rows)])
    parted = _parted(plan)
    for (old, new), left in parted.items():
        part_reach(old, new, left)
    touched = sorted(plan.touched - set(plan.merges))
    rebuild_golden(touched, at=at, owner_scopes=_grant(touched, at))
    _retire_empty(actor, touched, plan, at)
    _tell_parted(actor, list(parted), at)


def _create(plan: _Chunk, at: datetime) -> None:
    insert_rows(
        "customers_customer",
        {
            "id": "bigint", "ref": "text", "kind": "text", "name": "text", "gender": "text", "province": "text",
            "city": "text", "address": "text", "language": "text", "created_at": "timestamptz",
            "updated_at": "timestamptz",
        },
        [(each, new_ref("C"), "person", "", "", "", "", "", "", at, at) for each in plan.created],
    )  # fmt: skip


def _grant(customer_ids: Sequence[int], at: datetime) -> dict[int, list[int]]:
    """Let dealers see the customers of their own records; answers the search scopes that brings."""
    scopes: dict[int, list[int]] = {}
    for customer_id, organisation_id in run_prepared(_ACCESS, [at, list(customer_ids)]):
        scopes.setdefault(customer_id, []).extend(scope_tokens("customer", organisation_id))
    return scopes


def _retire_empty(actor: Actor, touched: Sequence[int], plan: _Chunk, at: datetime) -> None:
    """A customer all of whose records went to others becomes part of the one that got most of them."""
    left = set(SourceRecord.objects.filter(customer_id__in=touched).values_list("customer_id", flat=True))
    empty = set(touched) - left - set(plan.created)
    if not empty:
        return
    heirs: dict[int, Counter[int]] = {each: Counter() for each in empty}
    for move in plan.rows:
        if move.was in empty:
            heirs[move.was][move.target] += 1
    merge_many(actor=actor, moves={old: heir.most_common(1)[0][0] for old, heir in heirs.items() if heir}, at=at)


def _follow_people(plan: _Chunk) -> None:
    """Bring the plan up to what people did since the run read the base: whom they merged is what they became, whom
    they erased is left alone. All it touches stays locked, customers before records and each in the order of ids.
    """
    became, erased = _locked(plan)
    moves = {a: became.get(b, b) for a, b in plan.merges.items() if a not in became and not erased & {a, b}}
    plan.merges = {loser: winner for loser, winner in moves.items() if winner not in moves}
    plan.rows = [
        replace(move, target=became.get(move.target, move.target))
        for move in plan.rows
        if move.target not in erased and (move.was is None or became.get(move.target) != move.was)
    ]
    plan.touched = {became.get(each, each) for each in plan.touched} - erased


def _locked(plan: _Chunk) -> tuple[dict[int, int], set[int]]:
    """Who of the plan became whom, and who was erased. Foreign keys may still be written: doors need not wait."""
    customers = (plan.touched | plan.merges.keys() | set(plan.merges.values())) - set(plan.created)
    moving = [move.record for move in plan.rows if move.was is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into_id, erased_at IS NOT NULL FROM customers_customer"
            " WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE",
            [list(customers)],
        )
        found = cursor.fetchall()
        cursor.execute(
            "SELECT FROM customers_sourcerecord WHERE id = ANY (%s::bigint[]) OR customer_id = ANY (%s::bigint[])"
            " ORDER BY id FOR NO KEY UPDATE",
            [moving, list(plan.merges)],
        )
    became = {row[0]: row[1] for row in found if row[1] is not None}
    return became, {row[0] for row in found if row[2]}


def _parted(plan: _Chunk) -> dict[tuple[int, int], list[int]]:
    """Records that fell away from a customer and became one of their own, by both customers."""
    created, found = set(plan.created), dict[tuple[int, int], list[int]]()
    for move in plan.rows:
        if move.was is not None and move.target in created:
            found.setdefault((move.was, move.target), []).append(move.record)
    return found


def _tell_parted(actor: Actor, parted: Sequence[tuple[int, int]], at: datetime) -> None:
    """Whoever knew the old customer hears of the new one."""
    refs = dict(Customer.objects.filter(pk__in={each for pair in parted for each in pair}).values_list("pk", "ref"))
    tell(actor, [(CustomerSplit(ref=refs[old], new_ref=refs[new]), old, refs[old]) for old, new in parted], at)
