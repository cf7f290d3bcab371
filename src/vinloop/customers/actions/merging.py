"""Joining and parting golden records, and taking it back: everything moved or changed is in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, Q, Value, When

from vinloop.customers.actions import journal
from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.events import (
    CustomerMerged,
    CustomerNotFound,
    CustomerSplit,
    IdentityRefused,
    StepNotUndoable,
)
from vinloop.customers.models import Customer, IdentityStep, SourceRecord, Verdict
from vinloop.customers.references import move_references, move_rows
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Recorded, Subject, record_all

STEWARD = "customers.identity:decide"
_LOOK = "customers.customer"


def merge_customers(*, actor: Actor, winner: str, loser: str, note: str = "", at: datetime) -> IdentityStep:
    """Say that two golden records are one: ``loser`` becomes part of ``winner``, with all that points at it.

    Later runs keep them together. Raises ``NotAllowed``, ``CustomerNotFound``, and ``IdentityRefused`` for one
    record twice.
    """
    actor.require(STEWARD)
    with elevated("join records whoever owns them"):
        kept, gone = locked_customers(winner, loser)
        if kept.pk == gone.pk:
            raise IdentityRefused("same_customer")
        before = records_of([kept.pk, gone.pk])
        step = merge_many(actor=actor, moves={gone.pk: kept.pk}, note=note, at=at)[0]
        pairs = [*_pairs(before[kept.pk][:1], before[gone.pk]), *_told_apart(before[kept.pk], before[gone.pk])]
        _keep_in(step, _say(actor, pairs, is_same=True, at=at))
        settle_reviews(at=at)
        return step


def merge_many(*, actor: Actor, moves: Mapping[int, int], note: str = "", at: datetime) -> list[IdentityStep]:
    """Merge customers (loser id → winner id, winners being no losers); the caller is authorised and sees all rows."""
    steps: list[IdentityStep] = []
    for each in _rounds(moves):
        steps += _merge_round(actor, each, note, at)
    if steps:
        settle_reviews(at=at)
    return steps


def gather_stragglers(*, since: datetime, at: datetime) -> int:
    """Let rows that doors wrote for customers while these were being merged follow them; answers how many did.

    A door reads whose number it is and writes a moment later; a merge in between does not see its row. ``since``
    says how old a merge may be. The caller is authorised and sees all rows.
    """
    merged = Customer.objects.filter(merged_into__isnull=False, updated_at__gte=since).order_by("pk")
    moves = {loser: winner for loser, winner in merged.values_list("pk", "merged_into_id") if winner is not None}
    records = SourceRecord.objects.filter(customer_id__in=list(moves))
    found = move_references(moves) if moves else {}
    late = {each for each, rows in found.items() if rows} | set(records.values_list("customer_id", flat=True))
    if late:
        moved = {loser: winner for loser, winner in moves.items() if loser in late}
        records.update(customer_id=_by(moved, "customer_id"))
        journal.bring_tokens(moved)
        rebuild_golden(sorted(set(moved.values())), at=at, owner_scopes={})
    return len(late)


def undo_step(*, actor: Actor, step_id: int, at: datetime) -> IdentityStep:
    """Take a merge or split back: records, leads, vehicles and all else return to where they were.

    What came to the customer since stays where it came to. A merge a run had made becomes a verdict, or the next run
    would make it again. Raises ``NotAllowed`` and ``StepNotUndoable``.
    """
    actor.require(STEWARD)
    with elevated("take back a decision about records whoever owns them"):
        step = _undoable(step_id)
        _return_all(step, at)
        step.undone_at, step.undone_by = at, actor.user_id
        step.save(update_fields=["undone_at", "undone_by"])
        _unsay(actor, step, at)
        _tell_undone(actor, step, at)
        settle_reviews(at=at)
        return step


def say_never_the_same(*, actor: Actor, one: str, two: str, at: datetime) -> None:
    """Say that two golden records are different people, for good.

    Raises ``NotAllowed``, ``CustomerNotFound``, and ``IdentityRefused`` for one record twice.
    """
    actor.require(STEWARD)
    with elevated("keep records apart whoever owns them"):
        left, right = locked_customers(one, two)
        if left.pk == right.pk:
            raise IdentityRefused("same_customer")
        records = records_of([left.pk, right.pk])
        _say(actor, _pairs(records[left.pk], records[right.pk]), is_same=False, at=at)
        tell(actor, [(CustomerSplit(ref=left.ref, new_ref=right.ref), left.pk, left.ref)], at)
        settle_reviews(at=at)


def undo_refusal(step: IdentityStep | None) -> str:
    """Why a step can't be undone; empty when it can. The codes of ``StepNotUndoable``."""
    if step is None:
        return "unknown_step"
    if step.undone_at is not None:
        return "undone_already"
    if Customer.objects.filter(pk__in=[step.source_id, step.target_id], erased_at__isnull=False).exists():
        return "erased"
    return "built_on" if _is_built_on(step) else ""


def settle_reviews(*, at: datetime) -> int:
    """Close open pairs whose records have since become one customer, or were told apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_reviewpair p SET state = 'gone', decided_at = %s"
            " FROM customers_sourcerecord a, customers_sourcerecord b"
            " WHERE p.state IN ('open', 'later') AND a.id = p.one_id AND b.id = p.two_id"
            " AND (a.customer_id = b.customer_id OR EXISTS (SELECT FROM customers_verdict v WHERE NOT v.is_same"
            "   AND v.one_id = p.one_id AND v.two_id = p.two_id))",
            [at],
        )
        return int(cursor.rowcount)


def locked_customers(*refs: str) -> list[Customer]:
    """Customers that are no part of others, held until the transaction ends; in one order, so that nobody waits in a
    circle. Raises ``CustomerNotFound``.
    """
    rows = (
        Customer.objects.select_for_update()
        .filter(ref__in=refs, merged_into__isnull=True, erased_at__isnull=True)
        .order_by("pk")
    )
    found = {each.ref: each for each in rows}
    missing = next((ref for ref in refs if ref not in found), None)
    if missing is not None:
        raise CustomerNotFound(missing)
    return [found[ref] for ref in refs]


def records_of(customer_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of customers' source records, the oldest first."""
    found: dict[int, list[int]] = {each: [] for each in customer_ids}
    rows = SourceRecord.objects.filter(customer_id__in=customer_ids).order_by("id").values_list("customer_id", "id")
    for customer_id, record_id in rows:
        if customer_id is not None:
            found[customer_id].append(record_id)
    return found


def keep_apart(actor: Actor, step: IdentityStep, staying: Sequence[int], leaving: Sequence[int], at: datetime) -> None:
    """Say that records a split parted are different people, and remember in the step what was said before."""
    _keep_in(step, _say(actor, _pairs(staying, leaving), is_same=False, at=at))


def tell(actor: Actor, facts: Sequence[tuple[Any, int, str]], at: datetime) -> None:
    """Record facts about customers: (fact, customer id, ref)."""
    record_all(
        (
            Recorded(fact, Subject(_LOOK, customer_id, actor.organisation_id, ref, customer_id))
            for fact, customer_id, ref in facts
        ),
        actor=actor,
        at=at,
    )


def _rounds(moves: Mapping[int, int]) -> Iterable[dict[int, int]]:
    """One loser per winner at a time, so that every step knows what it alone changed."""
    waiting = dict(moves)
    while waiting:
        chosen = {winner: loser for loser, winner in reversed(waiting.items())}
        each = {loser: winner for winner, loser in chosen.items()}
        yield each
        waiting = {loser: winner for loser, winner in waiting.items() if loser not in each}


def _merge_round(actor: Actor, moves: Mapping[int, int], note: str, at: datetime) -> list[IdentityStep]:
    losers, winners = list(moves), list(moves.values())
    records, before = records_of(losers), journal.picture_of([*losers, *winners])
    tokens = journal.tokens_of(winners)
    journal.settle_clashes(moves)
    references = move_references(moves)
    SourceRecord.objects.filter(customer_id__in=losers).update(customer_id=_by(moves, "customer_id"))
    followers = _follow(moves, at)
    journal.bring_tokens(moves)
    rebuild_golden(sorted(winners), at=at, owner_scopes={})
    after, tokens_now = journal.picture_of(winners), journal.tokens_of(winners)
    steps = IdentityStep.objects.bulk_create(
        IdentityStep(
            kind=IdentityStep.Kind.MERGE,
            source_id=loser,
            target_id=winner,
            moved={
                "records": records[loser],
                "references": references[loser],
                "followers": followers[loser],
                "tokens": sorted(tokens_now[winner] - tokens[winner]),
                **journal.changes_of(winner, before, after),
            },
            note=note,
            done_by=actor.user_id,
            at=at,
        )
        for loser, winner in moves.items()
    )
    refs = dict(Customer.objects.filter(pk__in=[*losers, *winners]).values_list("pk", "ref"))
    tell(actor, [(CustomerMerged(ref=refs[w], merged_ref=refs[lo]), w, refs[w]) for lo, w in moves.items()], at)
    return steps


def _follow(moves: Mapping[int, int], at: datetime) -> dict[int, list[int]]:
    """Losers, and what was merged into them before, lead to the winners; answers who followed whom."""
    followers: dict[int, list[int]] = {loser: [] for loser in moves}
    rows = Customer.objects.filter(merged_into_id__in=list(moves)).order_by("pk")
    for follower, loser in rows.values_list("pk", "merged_into_id"):
        followers[loser or 0].append(follower)
    rows.order_by().update(merged_into_id=_by(moves, "merged_into_id"))
    Customer.objects.filter(pk__in=list(moves)).update(merged_into_id=_by(moves, "pk"), updated_at=at)
    return followers


def _return_all(step: IdentityStep, at: datetime) -> None:
    """Back from target to source: for a merge the loser lives again, for a split the new one ends in the old."""
    is_merge = step.kind == IdentityStep.Kind.MERGE
    if is_merge:
        Customer.objects.filter(pk=step.source_id).update(merged_into=None, updated_at=at)
        followers = step.moved.get("followers", [])
        Customer.objects.filter(pk__in=followers, merged_into_id=step.target_id).update(merged_into_id=step.source_id)
    records = SourceRecord.objects.filter(pk__in=step.moved["records"], customer_id=step.target_id)
    records.update(customer_id=step.source_id)
    for name, ids in step.moved["references"].items():
        move_rows(name, ids, source=step.target_id, target=step.source_id)
    if is_merge:
        journal.change_tokens(step.target_id, remove=step.moved.get("tokens", []))
    else:
        move_references({step.target_id: step.source_id})
        SourceRecord.objects.filter(customer_id=step.target_id).update(customer_id=step.source_id)
        Customer.objects.filter(pk=step.target_id).update(merged_into_id=step.source_id, updated_at=at)
        journal.change_tokens(step.source_id, add=step.moved.get("tokens", []))
    journal.take_back(step.moved)
    rebuild_golden(_changed_since(step), at=at, owner_scopes={})


def _changed_since(step: IdentityStep) -> list[int]:
    """Customers of the step with news since: their golden values are chosen anew, the others' were put back."""
    news = Q(received_at__gt=step.at) | Q(changed_at__gt=step.at)
    rows = SourceRecord.objects.filter(news, customer_id__in=[step.source_id, step.target_id])
    return sorted({each for each in rows.values_list("customer_id", flat=True) if each is not None})


def _undoable(step_id: int) -> IdentityStep:
    """The step and its customers, held before anybody looks whether it can be undone: no merge slips in between."""
    step = IdentityStep.objects.select_for_update().filter(pk=step_id).first()
    if step is not None:
        list(Customer.objects.select_for_update().filter(pk__in=[step.source_id, step.target_id]).order_by("pk"))
    code = undo_refusal(step)
    if step is None or code:
        raise StepNotUndoable(code)
    return step


def _is_built_on(step: IdentityStep) -> bool:
    """A later step that still stands and touches either customer must be undone first."""
    touching = [step.source_id, step.target_id]
    later = IdentityStep.objects.filter(undone_at__isnull=True, pk__gt=step.pk)
    return later.filter(Q(source_id__in=touching) | Q(target_id__in=touching)).exists()


def _pairs(ones: Sequence[int], twos: Sequence[int]) -> list[tuple[int, int]]:
    return sorted({(min(one, two), max(one, two)) for one in ones for two in twos if one != two})


def _told_apart(ones: Sequence[int], twos: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs people had told apart: who merges them now means the opposite."""
    either = Q(one_id__in=ones, two_id__in=twos) | Q(one_id__in=twos, two_id__in=ones)
    return list(Verdict.objects.filter(either, is_same=False).values_list("one_id", "two_id"))


def _say(actor: Actor, pairs: Sequence[tuple[int, int]], *, is_same: bool, at: datetime) -> list[list[Any]]:
    """Keep verdicts; answers what was said of the pairs before."""
    unique = sorted(set(pairs))
    before = journal.said_before(unique)
    Verdict.objects.bulk_create(
        [Verdict(one_id=one, two_id=two, is_same=is_same, decided_by=actor.user_id, at=at) for one, two in unique],
        update_conflicts=True,
        unique_fields=["one", "two"],
        update_fields=["is_same", "decided_by", "at"],
    )
    return before


def _keep_in(step: IdentityStep, verdicts: list[list[Any]]) -> None:
    step.moved["verdicts"] = verdicts
    step.save(update_fields=["moved"])


def _unsay(actor: Actor, step: IdentityStep, at: datetime) -> None:
    """What the step said is no longer said; a run's merge said nothing, so that its undo must."""
    if "verdicts" in step.moved:
        journal.say_again(step.moved["verdicts"])
        _ask_again(step)
    elif step.kind == IdentityStep.Kind.MERGE:
        now = records_of([step.source_id, step.target_id])
        _say(actor, _pairs(now[step.source_id], now[step.target_id]), is_same=False, at=at)


def _ask_again(step: IdentityStep) -> None:
    """Pairs that were decided by the step wait for a decision again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_reviewpair p SET state = 'open', decided_at = NULL, decided_by = NULL"
            " FROM customers_sourcerecord a, customers_sourcerecord b"
            " WHERE a.id = p.one_id AND b.id = p.two_id AND p.state IN ('same', 'gone') AND p.decided_at >= %s"
            " AND (a.customer_id, b.customer_id) IN ((%s, %s), (%s, %s))",
            [step.at, step.source_id, step.target_id, step.target_id, step.source_id],
        )


def _tell_undone(actor: Actor, step: IdentityStep, at: datetime) -> None:
    source, target = step.source, step.target
    fact: Any = (
        CustomerSplit(ref=target.ref, new_ref=source.ref, is_undo=True)
        if step.kind == IdentityStep.Kind.MERGE
        else CustomerMerged(ref=source.ref, merged_ref=target.ref, is_undo=True)
    )
    tell(actor, [(fact, source.pk, source.ref)], at)


def _by(moves: Mapping[int, int], column: str) -> Any:
    return Case(*(When(**{column: loser}, then=Value(winner)) for loser, winner in moves.items()))
