"""Identity resolution of what came since: which customers new and changed source records belong to.

They are matched with the weights of the last full run (``resolve_all``). Both kinds of run end in ``apply_clusters``:
chunks, each committed by itself, so that a run that is killed leaves whole customers and the next one goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

import msgspec
from django.db import connection

from vinloop.customers.actions.assign import Assignment, apply_clusters
from vinloop.customers.actions.base import SAID, Base
from vinloop.customers.actions.candidates import (
    Known,
    by_keys,
    candidates_for,
    keys_of,
    meeting,
    members_of,
    worn_since,
)
from vinloop.customers.actions.doors import read_doors
from vinloop.customers.actions.merging import gather_stragglers
from vinloop.customers.actions.reviews import keep_reviews
from vinloop.customers.actions.weights import current_model
from vinloop.customers.events import RecordsResolved
from vinloop.customers.matching.clusters import Clustering, Pair, cluster, keep_joined
from vinloop.customers.matching.features import Features
from vinloop.customers.matching.model import Model
from vinloop.customers.matching.scoring import score
from vinloop.customers.matching.worn import without
from vinloop.customers.models import ResolveRun, ReviewPair, Verdict
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.db.bulk import as_records, recordset, run_prepared
from vinloop.kernel.events import Recorded, Subject, record_all

RESOLVE = "customers.identity:resolve"
_WAITING = f"""
SELECT m.record_id, m.features::text, r.customer_id, r.matched_by, {SAID}
FROM customers_sourcerecord r JOIN customers_matchrow m ON m.record_id = r.id
WHERE NOT r.is_compared AND r.id > %s ORDER BY r.id LIMIT %s
"""
_WAITS = {"id": "bigint", "said": "bigint"}
_TICK = (
    f"UPDATE customers_sourcerecord r SET is_compared = true FROM {recordset(_WAITS)}"
    f" WHERE r.id = t.id AND NOT r.is_compared AND {SAID} = t.said"
)
_CHUNK = 500
LATE = timedelta(hours=1)  # merges before that have no door left that still wrote for who is gone
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a run found: the figures that are kept and shown."""

    run: int
    records: int
    customers: int
    created: int
    merged: int
    to_review: int
    refused: Mapping[str, int]


def resolve_waiting(*, actor: Actor, at: datetime, progress: Progress | None = None) -> Resolved:
    """Resolve the records that came since the last run, with the weights in force. Raises ``NotAllowed``.

    Each chunk of new records is compared with those of the base it shares keys with; the rest of the base is not read.
    """
    actor.require(RESOLVE)
    tell = progress or silent
    with acting(actor):
        run = ResolveRun.objects.create(is_full=False, started_at=at)
    read_doors(actor=actor, progress=tell)
    total = _Totals()
    after = 0
    while (found := _waiting(actor, after))[0]:
        after = max(found[0])
        _resolve_chunk(actor, found, total, at)
        tell("resolved", total.records, total.records)
    return _finish_waiting(actor, run, total, at)


@dataclass(slots=True)
class _Totals:
    records: int = 0
    customers: int = 0
    created: int = 0
    merged: int = 0
    refused: dict[str, int] = field(default_factory=dict)


Waiting = tuple[Mapping[int, Known], Mapping[int, int]]


def _waiting(actor: Actor, after: int) -> Waiting:
    """The next records that wait, and what each said when it was read."""
    decode = msgspec.json.Decoder(Features).decode
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_WAITING, [after, _CHUNK])
        rows = cursor.fetchall()
    return {row[0]: Known(decode(row[1]), row[2], row[3]) for row in rows}, {row[0]: row[4] for row in rows}


def _resolve_chunk(actor: Actor, waiting: Waiting, total: _Totals, at: datetime) -> None:
    chunk, said = waiting
    with acting(actor):
        model = current_model()
        base, pairs = _neighbourhood(model, chunk)
        made = clustered(base, pairs, model)
    fresh = [each for each in assignments(base, made) if not chunk.keys().isdisjoint(each.records)]
    counts = apply_clusters(actor=actor, clusters=fresh, compared=said, at=at, progress=silent)
    with acting(actor):
        keep_reviews(records=base.records, made=made, pairs=pairs, model=model, at=at)
        tick(said)
    total.records += len(chunk)
    total.customers += len(fresh)
    total.created += counts["created"]
    total.merged += counts["merged"]
    for each in made.refused:
        total.refused[each.reason] = total.refused.get(each.reason, 0) + 1


def _neighbourhood(model: Model, chunk: Mapping[int, Known]) -> tuple[Base, list[Pair]]:
    """The new records with everything they may belong to, and the scored pairs between them."""
    keys = {record_id: keys_of(model, known.features) for record_id, known in chunk.items()}
    near = meeting(model, (key for own in keys.values() for key in own))
    model = worn_since(model, near)
    by_key = by_keys(model, near)
    pairs: dict[tuple[int, int], Pair] = {}
    for record_id, waiting in chunk.items():
        others = {each: near[each] for key in keys[record_id] for each in by_key.get(key, ())}
        for candidate in candidates_for(model, waiting.features, others):
            pair = (min(record_id, candidate.known.features.id), max(record_id, candidate.known.features.id))
            pairs[pair] = Pair(candidate.score.probability, *pair)
    return _surroundings(chunk, near, pairs.values()), list(pairs.values())


def _surroundings(chunk: Mapping[int, Known], near: Mapping[int, Known], pairs: Iterable[Pair]) -> Base:
    """All records of the customers that came into question: vetoes look at every member."""
    touched = {each for pair in pairs for each in (pair.one, pair.two)}
    customers = {known.customer_id for each, known in near.items() if each in touched}
    customers |= {known.customer_id for known in chunk.values()}
    base = Base()
    for record_id, known in chunk.items():
        base.add(record_id, known, is_kept=True)
    for record_id, known in members_of([each for each in customers if each is not None]).items():
        base.add(record_id, known, is_kept=True)
    for record_id in touched - base.records.keys():
        base.add(record_id, near[record_id], is_kept=True)
    return base


def _finish_waiting(actor: Actor, run: ResolveRun, total: _Totals, at: datetime) -> Resolved:
    with acting(actor):
        gather_stragglers(since=at - LATE, at=at)
        waiting = ReviewPair.objects.filter(state=ReviewPair.State.OPEN).count()
        result = Resolved(
            run=run.pk,
            records=total.records,
            customers=total.customers,
            created=total.created,
            merged=total.merged,
            to_review=waiting,
            refused=total.refused,
        )
        run.figures = msgspec.to_builtins(result)
        run.save(update_fields=["figures"])
        if total.records:
            announce(actor, result, at)
    return result


def clustered(base: Base, pairs: Sequence[Pair], model: Model) -> Clustering:
    """Who belongs together, with what people said; the caller sees all rows."""
    verdicts = list(Verdict.objects.values_list("one_id", "two_id", "is_same"))
    apart = [(one, two) for one, two, same in verdicts if not same]
    made = cluster(
        base.records,
        pairs,
        link=model.link,
        largest=model.largest_cluster,
        together=[*base.together(), *((one, two) for one, two, same in verdicts if same)],
        apart=apart,
    )
    keep_joined(made, base.records, _still_likely(base, made, model), largest=model.largest_cluster, apart=apart)
    return made


def _still_likely(base: Base, made: Clustering, model: Model) -> list[Pair]:
    """Pairs an earlier run joined and this one would not, and that are no worse than doubtful, the likeliest first.

    A score that wavers around the threshold, or a key that got crowded, must not part customers every other night.
    """
    found = []
    for members in base.fallen_apart(made).values():
        for one, two in combinations(sorted(members), 2):
            if made.find(one) != made.find(two):
                plain = without(base.records[one], model.worn)
                found.append(Pair(score(model, plain, base.records[two]).probability, one, two))
    likely = [pair for pair in found if pair.probability >= model.review]
    return sorted(likely, key=lambda each: (-each.probability, each.one, each.two))


def assignments(base: Base, made: Clustering) -> Iterator[Assignment]:
    """The clusters as they are written: with the customers their records had."""
    keeper = {customer: _keeper(made, members) for customer, members in base.fallen_apart(made).items()}
    for root, members in made.members.items():
        customers = [base.customers.get(each) for each in members]
        yield Assignment(
            records=members,
            customers=customers,
            through={each: made.through[each] for each in members if each in made.through},
            parted=frozenset(each for each in customers if each is not None and keeper.get(each, root) != root),
        )


def _keeper(made: Clustering, members: Sequence[int]) -> int:
    """The cluster that stays a customer whose records fell apart: most of them, or the oldest, are in it."""
    oldest: dict[int, int] = {}
    for each in sorted(members):
        oldest.setdefault(made.find(each), each)
    counts = Counter(made.find(each) for each in members)
    return min(counts, key=lambda root: (-counts[root], oldest[root]))


def tick(said: Mapping[int, int]) -> None:
    """These records wait no more, but for those that say something new since: record → what it said when read."""
    if said:
        run_prepared(_TICK, [as_records(_WAITS, said.items())])


def end_run(*, actor: Actor, run_id: int, at: datetime) -> None:
    """Note when a run ended. Raises ``NotAllowed``."""
    actor.require(RESOLVE)
    with acting(actor):
        ResolveRun.objects.filter(pk=run_id).update(ended_at=at)


def announce(actor: Actor, result: Resolved, at: datetime) -> None:
    """Tell that a run ended."""
    fact = RecordsResolved(
        run=result.run,
        records=result.records,
        created=result.created,
        merged=result.merged,
        to_review=result.to_review,
    )
    record_all([Recorded(fact, Subject("customers.resolverun", result.run, actor.organisation_id))], actor=actor, at=at)


def silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""
