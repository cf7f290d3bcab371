"""Identity resolution over the whole base: which source records are one customer.

A full run trains the model, scores every pair and clusters; an incremental run matches what came since with the same
weights (``actions.matching``). Both end in ``apply_clusters``: chunks, each committed by itself, so that a run that is
killed leaves whole customers and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.actions.assign import Assignment, apply_clusters
from vinloop.customers.actions.candidates import Known, candidates_for, keys_of, meeting, members_of
from vinloop.customers.actions.doors import read_doors
from vinloop.customers.actions.reviews import keep_reviews
from vinloop.customers.actions.weights import current_model, keep_model
from vinloop.customers.events import RecordsResolved
from vinloop.customers.matching.batch import Engine, predict, prepare, train
from vinloop.customers.matching.clusters import Clustering, Pair, cluster
from vinloop.customers.matching.features import Features
from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.models import ResolveRun, ReviewPair, SourceRecord, Verdict
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.events import Recorded, Subject, record_all

RESOLVE = "customers.identity:resolve"
_ALL_ROWS = """
SELECT m.features::text, r.customer_id, r.matched_by
FROM customers_matchrow m JOIN customers_sourcerecord r ON r.id = m.record_id ORDER BY m.record_id
"""
_WAITING = """
SELECT m.record_id, m.features::text, r.customer_id, r.matched_by
FROM customers_sourcerecord r JOIN customers_matchrow m ON m.record_id = r.id
WHERE NOT r.is_compared AND r.id > %s ORDER BY r.id LIMIT %s
"""
_PAGE = 20_000
_CHUNK = 500
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Base:
    """All records, and to which customers doors and people tied them."""

    records: dict[int, Features] = field(default_factory=dict)
    customers: dict[int, int] = field(default_factory=dict)
    kept: dict[int, list[int]] = field(default_factory=dict)

    def add(self, record_id: int, known: Known, *, is_kept: bool) -> None:
        """Take a record of the base in; ``is_kept`` leaves it with its customer whatever the scores say."""
        if record_id in self.records:
            return
        self.records[record_id] = known.features
        if known.customer_id is not None:
            self.customers[record_id] = known.customer_id
            if is_kept:
                self.kept.setdefault(known.customer_id, []).append(record_id)

    def together(self) -> Iterator[tuple[int, int]]:
        """Records whose customer a door or a person decided: no run parts them."""
        for members in self.kept.values():
            yield from ((members[0], each) for each in members[1:])


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


def resolve_all(*, actor: Actor, engine: Engine, at: datetime, progress: Progress | None = None) -> Resolved:
    """Resolve everything: train, score, cluster, write. Raises ``NotAllowed``.

    Runs outside a transaction, as an actor that sees all rows; every chunk is a transaction of its own.
    """
    actor.require(RESOLVE)
    tell = progress or _silent
    with acting(actor):
        run = ResolveRun.objects.create(is_full=True, started_at=at)
    read_doors(actor=actor, progress=tell)
    base = _read_base(actor)
    tell("read", len(base.records), len(base.records))
    model, pairs = _score(engine, base, tell)
    with acting(actor):
        keep_model(model, records=len(base.records), at=at)
    with acting(actor):
        made = _clustered(base, pairs, model)
    tell("cluster", len(made.members), len(made.members))
    counts = apply_clusters(actor=actor, clusters=_assignments(base, made), compared=base.records, at=at, progress=tell)
    with acting(actor):
        to_review = keep_reviews(records=base.records, made=made, pairs=pairs, model=model, at=at)
    return _finish(actor, run, made, to_review, counts, at)


def resolve_waiting(*, actor: Actor, at: datetime, progress: Progress | None = None) -> Resolved:
    """Resolve the records that came since the last run, with the weights in force. Raises ``NotAllowed``.

    Each chunk of new records is compared with those of the base it shares keys with; the rest of the base is not read.
    """
    actor.require(RESOLVE)
    tell = progress or _silent
    with acting(actor):
        run = ResolveRun.objects.create(is_full=False, started_at=at)
    read_doors(actor=actor, progress=tell)
    total = _Totals()
    after = 0
    while chunk := _waiting(actor, after):
        after = max(chunk)
        _resolve_chunk(actor, chunk, total, at)
        tell("resolved", total.records, total.records)
    return _finish_waiting(actor, run, total, at)


@dataclass(slots=True)
class _Totals:
    records: int = 0
    customers: int = 0
    created: int = 0
    merged: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def _waiting(actor: Actor, after: int) -> dict[int, Known]:
    decode = msgspec.json.Decoder(Features).decode
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_WAITING, [after, _CHUNK])
        return {row[0]: Known(decode(row[1]), row[2], row[3]) for row in cursor.fetchall()}


def _resolve_chunk(actor: Actor, chunk: Mapping[int, Known], total: _Totals, at: datetime) -> None:
    with acting(actor):
        model = current_model()
        base, pairs = _neighbourhood(model, chunk)
        made = _clustered(base, pairs, model)
    fresh = [each for each in _assignments(base, made) if not chunk.keys().isdisjoint(each.records)]
    counts = apply_clusters(actor=actor, clusters=fresh, compared=chunk, at=at, progress=_silent)
    with acting(actor):
        keep_reviews(records=base.records, made=made, pairs=pairs, model=model, at=at)
        SourceRecord.objects.filter(pk__in=list(chunk)).update(is_compared=True)
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
    by_key: dict[int, list[int]] = {}
    for record_id, known in near.items():
        for key in keys_of(model, known.features):
            by_key.setdefault(key, []).append(record_id)
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
            _announce(actor, result, at)
    return result


def _score(engine: Engine, base: Base, tell: Progress) -> tuple[Model, list[Pair]]:
    prepared = prepare(list(base.records.values()))
    tell("prepare", len(base.records), len(base.records))
    model = train(engine, prepared, default_model())
    tell("train", len(base.records), len(base.records))
    pairs = list(predict(engine, prepared, model))
    tell("score", len(pairs), len(pairs))
    return model, pairs


def _clustered(base: Base, pairs: Sequence[Pair], model: Model) -> Clustering:
    verdicts = list(Verdict.objects.values_list("one_id", "two_id", "is_same"))
    return cluster(
        base.records,
        pairs,
        link=model.link,
        largest=model.largest_cluster,
        together=[*base.together(), *((one, two) for one, two, same in verdicts if same)],
        apart=[(one, two) for one, two, same in verdicts if not same],
    )


def _assignments(base: Base, made: Clustering) -> Iterator[Assignment]:
    for members in made.members.values():
        yield Assignment(
            records=members,
            customers=[base.customers.get(each) for each in members],
            through={each: made.through[each] for each in members if each in made.through},
        )


def _finish(
    actor: Actor, run: ResolveRun, made: Clustering, to_review: int, counts: Mapping[str, int], at: datetime
) -> Resolved:
    with acting(actor):
        refused: dict[str, int] = {}
        for each in made.refused:
            refused[each.reason] = refused.get(each.reason, 0) + 1
        result = Resolved(
            run=run.pk,
            records=len(made.root),
            customers=len(made.members),
            created=counts["created"],
            merged=counts["merged"],
            to_review=to_review,
            refused=refused,
        )
        SourceRecord.objects.filter(is_compared=False, edition__gt=0, pk__lte=max(made.root, default=0)).update(
            is_compared=True
        )
        run.figures = msgspec.to_builtins(result)
        run.save(update_fields=["figures"])
        _announce(actor, result, at)
    return result


def end_run(*, actor: Actor, run_id: int, at: datetime) -> None:
    """Note when a run ended. Raises ``NotAllowed``."""
    actor.require(RESOLVE)
    with acting(actor):
        ResolveRun.objects.filter(pk=run_id).update(ended_at=at)


def _announce(actor: Actor, result: Resolved, at: datetime) -> None:
    fact = RecordsResolved(
        run=result.run,
        records=result.records,
        created=result.created,
        merged=result.merged,
        to_review=result.to_review,
    )
    record_all([Recorded(fact, Subject("customers.resolverun", result.run, actor.organisation_id))], actor=actor, at=at)


def _read_base(actor: Actor) -> Base:
    base = Base()
    decode = msgspec.json.Decoder(Features).decode
    with acting(actor), _Streaming(_ALL_ROWS) as rows:
        for features, customer_id, matched_by in rows:
            record = decode(features)
            base.records[record.id] = record
            if customer_id is not None:
                base.customers[record.id] = customer_id
                if matched_by != "model":
                    base.kept.setdefault(customer_id, []).append(record.id)
    return base


class _Streaming:
    """A server-side cursor: a million rows must not arrive at once."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._cursor: Any = None

    def __enter__(self) -> Iterator[tuple[Any, ...]]:
        connection.ensure_connection()
        self._cursor = connection.connection.cursor(name="customers_base")
        self._cursor.itersize = _PAGE
        self._cursor.execute(self._sql)
        rows: Iterator[tuple[Any, ...]] = self._cursor
        return rows

    def __exit__(self, *_error: object) -> None:
        self._cursor.close()


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""
