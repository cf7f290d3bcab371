"""The queue of doubtful pairs: what no run may decide alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from vinloop.customers.actions.merging import STEWARD, merge_customers, records_of, say_never_the_same, settle_reviews
from vinloop.customers.events import IdentityRefused, PairDecided
from vinloop.customers.matching.clusters import TOO_LARGE, Clustering, Pair
from vinloop.customers.matching.features import Features
from vinloop.customers.matching.model import Model
from vinloop.customers.matching.vetoes import IMPERSONAL, veto
from vinloop.customers.models import Customer, IdentityStep, ReviewPair
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.db.bulk import insert_rows

# What keeps these apart is a doubt a person can settle; different names or numbers are no doubt.
_DOUBTS = (TOO_LARGE, IMPERSONAL)
_CHUNK = 5_000
Decision = Literal["same", "apart", "later"]
_WAITING = (ReviewPair.State.OPEN, ReviewPair.State.LATER)


def decide_pair(
    *, actor: Actor, pair_id: int, decision: Decision, note: str = "", at: datetime
) -> tuple[ReviewPair, IdentityStep | None]:
    """Settle a doubtful pair: one customer, never the same, or put back; answers the merge it led to.

    The pair is held until the transaction ends: of two stewards the second hears ``PairDecided``. Raises
    ``NotAllowed`` and ``IdentityRefused``.
    """
    actor.require(STEWARD)
    with elevated("decide about records whoever owns them"):
        pair = _held_pair(pair_id)
        pair.state, pair.note, pair.decided_by, pair.decided_at = decision, note[:300], actor.user_id, at
        pair.save(update_fields=["state", "note", "decided_by", "decided_at"])
        return pair, _carry_out(actor, pair, decision, note, at)


def _held_pair(pair_id: int) -> ReviewPair:
    """The pair and its customers, held; the customers first, as merges do, so that nobody waits in a circle."""
    rows = ReviewPair.objects.select_related("one", "two")
    pair = rows.filter(pk=pair_id).first()
    if pair is not None:
        theirs = [each for each in (pair.one.customer_id, pair.two.customer_id) if each is not None]
        list(Customer.objects.select_for_update().filter(pk__in=theirs).order_by("pk").values_list("pk"))
        pair = rows.select_for_update(of=("self",)).filter(pk=pair_id).first()
    if pair is None or pair.state not in _WAITING:
        raise PairDecided
    return pair


def _carry_out(actor: Actor, pair: ReviewPair, decision: Decision, note: str, at: datetime) -> IdentityStep | None:
    if decision == "later":
        return None
    winner, loser = _customers_of(pair)
    if decision == "apart":
        say_never_the_same(actor=actor, one=winner.ref, two=loser.ref, at=at)
        return None
    return merge_customers(actor=actor, winner=winner.ref, loser=loser.ref, note=note, at=at)


def _customers_of(pair: ReviewPair) -> tuple[Customer, Customer]:
    """Whose the two records are; the one with more records first, or the older one: their reference stays."""
    one, two = pair.one.customer, pair.two.customer
    if one is None or two is None:
        raise IdentityRefused("not_resolved")
    if one.pk == two.pk:
        raise PairDecided
    counts = {key: len(ids) for key, ids in records_of([one.pk, two.pk]).items()}
    first, second = sorted((one, two), key=lambda each: (-counts[each.pk], each.pk))
    return first, second


def keep_reviews(
    *, records: Mapping[int, Features], made: Clustering, pairs: Sequence[Pair], model: Model, at: datetime
) -> int:
    """Queue the likeliest pair between each two clusters that were not joined; answers how many wait in all.

    What a veto keeps apart is no question to anybody: spouses would fill the queue.
    """
    best: dict[tuple[int, int], tuple[Pair, str]] = {}
    for pair in pairs:
        if pair.probability < model.link and not veto(records[pair.one], records[pair.two]):
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
