"""Identity resolution over the whole base: which source records are one customer.

Apart from the incremental run because of what it loads: Splink and DuckDB, which nobody else needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from vinloop.customers.actions.assign import apply_clusters
from vinloop.customers.actions.base import Base, read_base
from vinloop.customers.actions.doors import read_doors
from vinloop.customers.actions.editions import read_older
from vinloop.customers.actions.merging import gather_stragglers
from vinloop.customers.actions.resolve import (
    LATE,
    RESOLVE,
    Progress,
    Resolved,
    announce,
    assignments,
    clustered,
    silent,
    tick,
)
from vinloop.customers.actions.reviews import keep_reviews
from vinloop.customers.actions.weights import keep_model
from vinloop.customers.matching.batch import Engine, predict, prepare, train
from vinloop.customers.matching.clusters import Clustering, Pair
from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.models import ResolveRun, SourceRecord
from vinloop.kernel.access import Actor, acting

PAGE = 20_000


def resolve_all(*, actor: Actor, engine: Engine, at: datetime, progress: Progress | None = None) -> Resolved:
    """Resolve everything: train, score, cluster, write. Raises ``NotAllowed``.

    Runs outside a transaction, as an actor that sees all rows; every chunk is a transaction of its own.
    """
    actor.require(RESOLVE)
    tell = progress or silent
    with acting(actor):
        run = ResolveRun.objects.create(is_full=True, started_at=at)
    read_doors(actor=actor, progress=tell)
    read_older(actor=actor, progress=tell)
    base = read_base(actor)
    tell("read", len(base.records), len(base.records))
    model, pairs = _score(engine, base, tell)
    with acting(actor):
        keep_model(model, records=len(base.records), at=at)
    with acting(actor):
        made = clustered(base, pairs, model)
    tell("cluster", len(made.members), len(made.members))
    counts = apply_clusters(actor=actor, clusters=assignments(base, made), compared=base.waiting, at=at, progress=tell)
    with acting(actor):
        to_review = keep_reviews(records=base.records, made=made, pairs=pairs, model=model, at=at)
    _tick_all(actor, base.waiting)
    return _finish(actor, run, made, to_review, counts, at)


def _score(engine: Engine, base: Base, tell: Progress) -> tuple[Model, list[Pair]]:
    prepared = prepare(list(base.records.values()))
    tell("prepare", len(base.records), len(base.records))
    model = train(engine, prepared, default_model())
    tell("train", len(base.records), len(base.records))
    pairs = list(predict(engine, prepared, model))
    tell("score", len(pairs), len(pairs))
    return model, pairs


def _tick_all(actor: Actor, said: Mapping[int, int]) -> None:
    """Records this run compared wait no more, but for those that say something new since, or came since."""
    with acting(actor):
        left = [each for each in SourceRecord.objects.filter(is_compared=False).values_list("pk", flat=True)]
        for start in range(0, len(left), PAGE):
            tick({each: said[each] for each in left[start : start + PAGE] if each in said})


def _finish(
    actor: Actor, run: ResolveRun, made: Clustering, to_review: int, counts: Mapping[str, int], at: datetime
) -> Resolved:
    with acting(actor):
        gather_stragglers(since=at - LATE, at=at)
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
        run.figures = msgspec.to_builtins(result)
        run.save(update_fields=["figures"])
        announce(actor, result, at)
    return result
