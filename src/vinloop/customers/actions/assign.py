"""Writing what was resolved: records get their customers, customers their golden values; chunk by chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

import msgspec
from django.db import connection

from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.actions.merging import merge_many
from vinloop.customers.matching.clusters import Pair
from vinloop.customers.models import SourceRecord
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
    "is_compared": "boolean",
}
_ACCESS = """
INSERT INTO customers_customeraccess (customer_id, organisation_id, kind, since)
SELECT DISTINCT r.customer_id, o.id, 'source', %s::timestamptz
FROM customers_sourcerecord r JOIN kernel_organisation o
  ON o.kind IN ('dealer', 'service_station') AND (o.id = r.owner_id OR o.code = r.branch)
WHERE r.customer_id = ANY (%s::bigint[]) AND r.matched_by IN ('model', '')
ON CONFLICT (customer_id, organisation_id, kind) DO UPDATE SET until = NULL
RETURNING customer_id, organisation_id
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One cluster: its records, the customers they belonged to (None: to nobody), and what brought each in."""

    records: Sequence[int]
    customers: Sequence[int | None]
    through: Mapping[int, Pair]

    @property
    def is_settled(self) -> bool:
        """Whether all records belong to one customer already."""
        return len(set(self.customers)) == 1 and self.customers[0] is not None


@dataclass(slots=True)
class _Chunk:
    created: list[int] = field(default_factory=list)
    merges: dict[int, int] = field(default_factory=dict)
    rows: list[tuple[int, int, float | None, str | None]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    left: dict[int, int] = field(default_factory=dict)


def apply_clusters(
    *, actor: Actor, clusters: Iterable[Assignment], compared: Container[int], at: datetime, progress: Progress
) -> dict[str, int]:
    """Write clusters in chunks, each its own transaction; answers how many customers were created and merged.

    ``compared`` are the records this run looked at from all sides; others it met go on waiting for their turn.
    The caller authorised the actor, who sees all rows. A cluster keeps the customer most of its records had; other
    customers that are wholly within it are merged into that one, so that their leads and cars come along.
    """
    counts = {"created": 0, "merged": 0}
    waiting = [each for each in clusters if not each.is_settled]
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
    return counts


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
    fresh = [each for each in chunk if not any(each.customers)]
    ids = dict(zip(map(id, fresh), next_ids("customers_customer", len(fresh)), strict=True)) if fresh else {}
    for cluster in chunk:
        counts = Counter(each for each in cluster.customers if each is not None)
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
            plan.left[record] = customer
        pair = cluster.through.get(record)
        other = None if pair is None else pair.two if pair.one == record else pair.one
        reasons = None if other is None else msgspec.json.encode({"with": other}).decode()
        plan.rows.append((record, target, pair.probability if pair else None, reasons))


def _write(actor: Actor, plan: _Chunk, compared: Container[int], at: datetime) -> None:
    insert_rows(
        "customers_customer",
        {
            "id": "bigint", "ref": "text", "kind": "text", "name": "text", "gender": "text", "province": "text",
            "city": "text", "address": "text", "language": "text", "created_at": "timestamptz",
            "updated_at": "timestamptz",
        },
        [(each, new_ref("C"), "person", "", "", "", "", "", "", at, at) for each in plan.created],
    )  # fmt: skip
    merge_many(actor=actor, moves=plan.merges, at=at)
    now = _redirected(plan)
    plan.rows = [(record, now.get(target, target), p, why) for record, target, p, why in plan.rows]
    plan.touched = {now.get(each, each) for each in plan.touched}
    if plan.rows:
        run_prepared(
            "UPDATE customers_sourcerecord r SET customer_id = t.customer_id, probability = t.probability,"
            " reasons = t.reasons, matched_by = 'model', is_compared = r.is_compared OR t.is_compared"
            f" FROM {recordset(_ASSIGN)} WHERE r.id = t.id",
            [as_records(_ASSIGN, [(r, c, p, why or "null", r in compared) for r, c, p, why in plan.rows])],
        )
    touched = sorted(plan.touched - set(plan.merges))
    rebuild_golden(touched, at=at, owner_scopes=_grant(touched, at))
    _retire_empty(actor, touched, plan, at)


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
    was = {record: target for record, target, _, _ in plan.rows}
    for record, old in _left(plan, empty).items():
        heirs[old][was[record]] += 1
    merge_many(actor=actor, moves={old: heir.most_common(1)[0][0] for old, heir in heirs.items() if heir}, at=at)


def _redirected(plan: _Chunk) -> dict[int, int]:
    """Targets a steward merged away since the run read the base → what they became; the targets stay locked."""
    targets = sorted({target for _, target, _, _ in plan.rows} - set(plan.created))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into_id FROM customers_customer WHERE id = ANY (%s::bigint[]) ORDER BY id FOR UPDATE",
            [targets],
        )
        return {target: winner for target, winner in cursor.fetchall() if winner is not None}


def _left(plan: _Chunk, customers: set[int]) -> dict[int, int]:
    """Record → the customer it left, for those customers."""
    return {record: old for record, old in plan.left.items() if old in customers}
