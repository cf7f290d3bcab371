"""The queue of doubtful pairs: what no run may decide alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vinloop.customers.actions.merging import settle_reviews
from vinloop.customers.matching.clusters import TOO_LARGE, Clustering, Pair
from vinloop.customers.matching.model import Model
from vinloop.customers.matching.vetoes import IMPERSONAL
from vinloop.customers.models import ReviewPair
from vinloop.kernel.db.bulk import insert_rows

# What keeps these apart is a doubt a person can settle; different names or numbers are no doubt.
_DOUBTS = (TOO_LARGE, IMPERSONAL)
_CHUNK = 5_000


def keep_reviews(*, made: Clustering, pairs: Sequence[Pair], model: Model, at: datetime) -> int:
    """Queue the likeliest pair between each two clusters that were not joined; answers how many wait in all."""
    best: dict[tuple[int, int], tuple[Pair, str]] = {}
    for pair in pairs:
        if pair.probability < model.link:
            _offer(best, made, pair, "")
    for refused in made.refused:
        if refused.reason in _DOUBTS:
            _offer(best, made, refused.pair, refused.reason)
    keep_pairs([(pair, reason) for pair, reason in best.values()], at=at)
    settle_reviews(at=at)
    return ReviewPair.objects.filter(state=ReviewPair.State.OPEN).count()


def keep_pairs(found: Sequence[tuple[Pair, str]], *, at: datetime) -> None:
    """Queue pairs with the reason they were not joined; a pair people decided keeps their decision."""
    columns = {
        "one_id": "bigint", "two_id": "bigint", "probability": "double precision", "reason": "text", "state": "text",
        "created_at": "timestamptz", "note": "text",
    }  # fmt: skip
    rows = [
        (min(pair.one, pair.two), max(pair.one, pair.two), pair.probability, reason, "open", at, "")
        for pair, reason in found
    ]
    for start in range(0, len(rows), _CHUNK):
        insert_rows(
            "customers_reviewpair", columns, rows[start : start + _CHUNK],
            on_conflict=(
                "(one_id, two_id) DO UPDATE SET probability = excluded.probability, reason = excluded.reason,"
                " state = CASE WHEN customers_reviewpair.state = 'gone' THEN 'open' ELSE customers_reviewpair.state END"
            ),
        )  # fmt: skip


def _offer(best: dict[tuple[int, int], tuple[Pair, str]], made: Clustering, pair: Pair, reason: str) -> None:
    one, two = made.find(pair.one), made.find(pair.two)
    if one == two:
        return
    key = (min(one, two), max(one, two))
    if key not in best or best[key][0].probability < pair.probability:
        best[key] = (pair, reason)
