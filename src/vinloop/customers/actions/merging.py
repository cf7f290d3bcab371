"""Joining and parting golden records, and taking it back: everything moved is in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.events import CustomerMerged, CustomerNotFound, CustomerSplit, StepNotUndoable
from vinloop.customers.models import Customer, IdentityStep, SourceRecord, Verdict
from vinloop.customers.references import declared_references, move_references, move_rows
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Recorded, Subject, record_all
from vinloop.kernel.identifiers import new_ref

STEWARD = "customers.identity:decide"
_LOOK = "customers.customer"


def merge_customers(*, actor: Actor, winner: str, loser: str, note: str = "", at: datetime) -> IdentityStep:
    """Say that two golden records are one: ``loser`` becomes part of ``winner``, with all that points at it.

    Later runs keep them together. Raises ``NotAllowed``, ``CustomerNotFound``, and ``ValueError`` for one record twice.
    """
    actor.require(STEWARD)
    with elevated("join records whoever owns them"):
        kept, gone = _locked(winner), _locked(loser)
        if kept.pk == gone.pk:
            raise ValueError("a customer can't be merged with itself")
        before = _records_of([kept.pk, gone.pk])
        step = merge_many(actor=actor, moves={gone.pk: kept.pk}, note=note, at=at)[0]
        _keep_verdicts(actor, before[kept.pk][:1], before[gone.pk], is_same=True, at=at)
        return step


def merge_many(*, actor: Actor, moves: Mapping[int, int], note: str = "", at: datetime) -> list[IdentityStep]:
    """Merge customers (loser id → winner id, winners being no losers); the caller is authorised and sees all rows."""
    if not moves:
        return []
    records = _records_of(list(moves))
    references = move_references(moves)
    for loser, winner in moves.items():
        SourceRecord.objects.filter(customer_id=loser).update(customer_id=winner)
    Customer.objects.filter(merged_into_id__in=list(moves)).update(merged_into_id=_winner_case(moves))
    Customer.objects.filter(pk__in=list(moves)).update(merged_into_id=_own_case(moves), updated_at=at)
    steps = IdentityStep.objects.bulk_create(
        IdentityStep(
            kind=IdentityStep.Kind.MERGE,
            source_id=loser,
            target_id=winner,
            moved={"records": records.get(loser, []), "references": references[loser]},
            note=note,
            done_by=actor.user_id,
            at=at,
        )
        for loser, winner in moves.items()
    )
    refs = dict(Customer.objects.filter(pk__in=[*moves, *moves.values()]).values_list("pk", "ref"))
    _tell(actor, [(CustomerMerged(ref=refs[w], merged_ref=refs[lo]), w, refs[w]) for lo, w in moves.items()], at)
    rebuild_golden(sorted(set(moves.values())), at=at, owner_scopes={})
    settle_reviews(at=at)
    return steps


def split_customer(
    *,
    actor: Actor,
    ref: str,
    record_ids: Sequence[int],
    references: Mapping[str, Sequence[int]],
    note: str = "",
    at: datetime,
) -> IdentityStep:
    """Part source records, and rows that point at the customer, into a golden record of their own.

    ``references`` is ``{"leads_lead.customer_id": [ids]}``. Later runs keep the two apart. Raises ``NotAllowed``,
    ``CustomerNotFound``, and ``ValueError`` when nothing or everything would go.
    """
    actor.require(STEWARD)
    with elevated("part records whoever owns them"):
        customer = _locked(ref)
        own = _records_of([customer.pk])[customer.pk]
        leaving = [each for each in own if each in set(record_ids)]
        if not leaving or len(leaving) == len(own):
            raise ValueError("choose some of the records, not all")
        new = Customer.objects.create(ref=new_ref("C"), kind=customer.kind, created_at=at, updated_at=at)
        step = _part(actor, (customer, new), leaving, references, note, at)
        staying = [each for each in own if each not in set(leaving)]
        _keep_verdicts(actor, staying, leaving, is_same=False, at=at)
        _tell(actor, [(CustomerSplit(ref=customer.ref, new_ref=new.ref), customer.pk, customer.ref)], at)
        return step


def undo_step(*, actor: Actor, step_id: int, at: datetime) -> IdentityStep:
    """Take a merge or split back: records, leads, vehicles and all else return to where they were.

    Raises ``NotAllowed`` and ``StepNotUndoable`` when it was undone before or a later step stands on it.
    """
    actor.require(STEWARD)
    with elevated("take back a decision about records whoever owns them"):
        step = IdentityStep.objects.select_for_update().filter(pk=step_id).first()
        if step is None or step.undone_at is not None or _is_built_on(step):
            raise StepNotUndoable(step_id)
        _return_all(step, at)
        step.undone_at, step.undone_by = at, actor.user_id
        step.save(update_fields=["undone_at", "undone_by"])
        _forget_verdicts(step)
        _tell_undone(actor, step, at)
        settle_reviews(at=at)
        return step


def say_never_the_same(*, actor: Actor, one: str, two: str, at: datetime) -> None:
    """Say that two golden records are different people, for good. Raises ``NotAllowed`` and ``CustomerNotFound``."""
    actor.require(STEWARD)
    with elevated("keep records apart whoever owns them"):
        left, right = _locked(one), _locked(two)
        records = _records_of([left.pk, right.pk])
        _keep_verdicts(actor, records[left.pk], records[right.pk], is_same=False, at=at)
        _tell(actor, [(CustomerSplit(ref=left.ref, new_ref=right.ref), left.pk, left.ref)], at)
        settle_reviews(at=at)


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


def _part(
    actor: Actor,
    ways: tuple[Customer, Customer],
    leaving: Sequence[int],
    references: Mapping[str, Sequence[int]],
    note: str,
    at: datetime,
) -> IdentityStep:
    customer, new = ways
    SourceRecord.objects.filter(pk__in=leaving).update(customer_id=new.pk)
    known = {each.name for each in declared_references()}
    moved = {name: move_rows(name, ids, new.pk) for name, ids in references.items() if name in known and ids}
    _copy_access(customer.pk, new.pk, at)
    _drop_derived([customer.pk])
    rebuild_golden([customer.pk, new.pk], at=at, owner_scopes={})
    return IdentityStep.objects.create(
        kind=IdentityStep.Kind.SPLIT,
        source=customer,
        target=new,
        moved={"records": list(leaving), "references": moved},
        note=note,
        done_by=actor.user_id,
        at=at,
    )


def _return_all(step: IdentityStep, at: datetime) -> None:
    """Back from target to source: for a merge the loser lives again, for a split the new one ends in the old."""
    if step.kind == IdentityStep.Kind.MERGE:
        Customer.objects.filter(pk=step.source_id).update(merged_into=None, updated_at=at)
    SourceRecord.objects.filter(pk__in=step.moved["records"], customer_id=step.target_id).update(
        customer_id=step.source_id
    )
    for name, ids in step.moved["references"].items():
        move_rows(name, ids, step.source_id)
    if step.kind == IdentityStep.Kind.SPLIT:
        move_references({step.target_id: step.source_id})
        Customer.objects.filter(pk=step.target_id).update(merged_into_id=step.source_id, updated_at=at)
        rebuild_golden([step.source_id], at=at, owner_scopes={})
    else:
        _drop_derived([step.target_id])
        rebuild_golden([step.source_id, step.target_id], at=at, owner_scopes={})


def _is_built_on(step: IdentityStep) -> bool:
    """A later step that still stands and touches either customer must be undone first."""
    touching = {step.source_id, step.target_id}
    later = IdentityStep.objects.filter(undone_at__isnull=True, pk__gt=step.pk)
    return any({other.source_id, other.target_id} & touching for other in later.only("source_id", "target_id"))


def _drop_derived(customer_ids: Sequence[int]) -> None:
    """Numbers and addresses only records gave; what a person verified stays. The golden record writes them anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_contactpoint p WHERE customer_id = ANY (%s::bigint[]) AND state = 'unverified'"
            " AND last_seen_on IS NOT NULL",
            [list(customer_ids)],
        )
        cursor.execute("DELETE FROM customers_address WHERE customer_id = ANY (%s::bigint[])", [list(customer_ids)])


def _copy_access(old: int, new: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customeraccess (customer_id, organisation_id, kind, since)"
            " SELECT %s, organisation_id, kind, %s FROM customers_customeraccess WHERE customer_id = %s"
            " AND until IS NULL ON CONFLICT DO NOTHING",
            [new, at, old],
        )


def _keep_verdicts(actor: Actor, ones: Sequence[int], twos: Sequence[int], *, is_same: bool, at: datetime) -> None:
    pairs = {(min(one, two), max(one, two)) for one in ones for two in twos if one != two}
    Verdict.objects.bulk_create(
        [Verdict(one_id=one, two_id=two, is_same=is_same, decided_by=actor.user_id, at=at) for one, two in pairs],
        update_conflicts=True,
        unique_fields=["one", "two"],
        update_fields=["is_same", "decided_by", "at"],
    )


def _forget_verdicts(step: IdentityStep) -> None:
    """What the step said is no longer said."""
    moved = step.moved["records"]
    is_same = step.kind == IdentityStep.Kind.MERGE
    Verdict.objects.filter(is_same=is_same, one_id__in=moved).delete()
    Verdict.objects.filter(is_same=is_same, two_id__in=moved).delete()


def _records_of(customer_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {each: [] for each in customer_ids}
    rows = SourceRecord.objects.filter(customer_id__in=customer_ids).order_by("id").values_list("customer_id", "id")
    for customer_id, record_id in rows:
        if customer_id is not None:
            found[customer_id].append(record_id)
    return found


def _locked(ref: str) -> Customer:
    customer = Customer.objects.select_for_update().filter(ref=ref, merged_into__isnull=True).first()
    if customer is None:
        raise CustomerNotFound(ref)
    return customer


def _tell(actor: Actor, facts: Sequence[tuple[Any, int, str]], at: datetime) -> None:
    record_all(
        (
            Recorded(fact, Subject(_LOOK, customer_id, actor.organisation_id, ref, customer_id))
            for fact, customer_id, ref in facts
        ),
        actor=actor,
        at=at,
    )


def _tell_undone(actor: Actor, step: IdentityStep, at: datetime) -> None:
    source, target = step.source, step.target
    fact: Any = (
        CustomerSplit(ref=target.ref, new_ref=source.ref, is_undo=True)
        if step.kind == IdentityStep.Kind.MERGE
        else CustomerMerged(ref=source.ref, merged_ref=target.ref, is_undo=True)
    )
    _tell(actor, [(fact, source.pk, source.ref)], at)


def _winner_case(moves: Mapping[int, int]) -> Any:
    from django.db.models import Case, Value, When

    return Case(*(When(merged_into_id=loser, then=Value(winner)) for loser, winner in moves.items()))


def _own_case(moves: Mapping[int, int]) -> Any:
    from django.db.models import Case, Value, When

    return Case(*(When(pk=loser, then=Value(winner)) for loser, winner in moves.items()))
