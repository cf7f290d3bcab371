"""What a step of identity changed besides moving rows, kept so exactly that an undo can put it back.

A merge writes the winner's golden values anew, may raise the state of a number both had, and may let a dealer see more.
Each such change is kept as column → [before, after] and taken back only where it still stands as the step left it: what
people corrected since stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.models import Verdict

# table → (column of the customer, columns a step may change)
_WATCHED = {
    "customers_customer": (
        "id",
        (
            "kind", "name", "gender", "birth_date", "province", "city", "county", "address", "postcode", "language",
            "provenance",
        ),
    ),
    "customers_contactpoint": ("customer_id", ("state", "is_primary", "last_seen_on", "valid_until")),
    "customers_address": (
        "customer_id",
        ("text", "province", "city", "county", "postcode", "is_primary", "last_seen_on", "valid_until"),
    ),
    "customers_customeraccess": ("customer_id", ("until",)),
}  # fmt: skip
_DERIVED = {"customers_contactpoint": " AND state = 'unverified'", "customers_address": ""}
# table → row id → (customer, column → value)
Picture = dict[str, dict[int, tuple[int, dict[str, Any]]]]


def picture_of(customer_ids: Sequence[int]) -> Picture:
    """The watched columns of customers as they stand."""
    found: Picture = {}
    for table, (owner, columns) in _WATCHED.items():
        values = ", ".join(f"'{column}', {column}" for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {owner}, jsonb_build_object({values})::text FROM {table}"
                f" WHERE {owner} = ANY (%s::bigint[])",
                [list(customer_ids)],
            )
            found[table] = {row[0]: (row[1], msgspec.json.decode(row[2])) for row in cursor.fetchall()}
    return found


def changes_of(customer_id: int, before: Picture, after: Picture, *, also: int = 0) -> dict[str, Any]:
    """What happened to the rows a customer has now: ``changed`` and ``made``, by table, for the journal.

    Rows that were there before and are ``also``'s now count as changed too.
    """
    changed: dict[str, dict[str, dict[str, list[Any]]]] = {}
    made: dict[str, list[int]] = {}
    for table, rows in after.items():
        for row_id, (owner, values) in rows.items():
            known = before[table].get(row_id)
            if known is None and owner == customer_id:
                made.setdefault(table, []).append(row_id)
            if known is None or owner not in (customer_id, also):
                continue
            differing = {name: [known[1][name], value] for name, value in values.items() if known[1][name] != value}
            if differing:
                changed.setdefault(table, {})[str(row_id)] = differing
    return {"changed": changed, "made": made}


def take_back(changes: Mapping[str, Any]) -> None:
    """Put back what still stands as the step left it, and remove the numbers and addresses it made."""
    for table, rows in changes.get("changed", {}).items():
        if table in _WATCHED:
            for row_id, columns in rows.items():
                _restore(table, int(row_id), columns)
    for table, ids in changes.get("made", {}).items():
        if table in _DERIVED:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE id = ANY (%s::bigint[]){_DERIVED[table]}", [ids])


def _restore(table: str, row_id: int, columns: Mapping[str, Sequence[Any]]) -> None:
    """One row, column by column: what was changed since keeps its new value."""
    known = [name for name in columns if name in _WATCHED[table][1]]
    if not known:
        return
    sets = ", ".join(
        f"{name} = CASE WHEN to_jsonb(t.{name}) IS NOT DISTINCT FROM nullif(%s::jsonb, 'null')"
        f" THEN (jsonb_populate_record(NULL::{table}, %s::jsonb)).{name} ELSE t.{name} END"
        for name in known
    )
    arguments: list[Any] = []
    for name in known:
        before, after = columns[name]
        arguments += [msgspec.json.encode(after).decode(), msgspec.json.encode({name: before}).decode()]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} t SET {sets} WHERE t.id = %s", [*arguments, row_id])


def settle_clashes(moves: Mapping[int, int]) -> None:
    """Where loser and winner both had a number or an access, the winner's takes over what the loser's knew more.

    Runs before rows move: a number that was verified or found invalid stays so, and no dealer loses sight.
    """
    pairs = [list(moves), list(moves.values())]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_contactpoint w SET state = l.state"
            " FROM customers_contactpoint l JOIN unnest(%s::bigint[], %s::bigint[]) AS m(loser, winner)"
            "   ON l.customer_id = m.loser"
            " WHERE w.customer_id = m.winner AND w.kind = l.kind AND w.value = l.value AND w.state = 'unverified'"
            " AND l.state <> 'unverified'",
            pairs,
        )
        cursor.execute(
            "UPDATE customers_contactpoint l SET is_primary = false"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS m(loser, winner) WHERE l.customer_id = m.loser"
            " AND l.is_primary AND EXISTS (SELECT FROM customers_contactpoint w"
            "   WHERE w.customer_id = m.winner AND w.kind = l.kind AND w.is_primary)",
            pairs,
        )
        cursor.execute(
            "UPDATE customers_customeraccess w"
            " SET until = CASE WHEN l.until IS NULL THEN NULL ELSE greatest(w.until, l.until) END"
            " FROM customers_customeraccess l JOIN unnest(%s::bigint[], %s::bigint[]) AS m(loser, winner)"
            "   ON l.customer_id = m.loser"
            " WHERE w.customer_id = m.winner AND w.organisation_id = l.organisation_id AND w.kind = l.kind"
            " AND w.until IS NOT NULL",
            pairs,
        )


def bring_tokens(moves: Mapping[int, int]) -> None:
    """Let winners be found by what their losers were found by, by those who found them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_searchentry w SET tokens = ARRAY(SELECT unnest(w.tokens) UNION SELECT unnest(l.tokens))"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS m(loser, winner)"
            " JOIN kernel_searchentry l ON l.kind = 'customer' AND l.object_id = m.loser"
            " WHERE w.kind = 'customer' AND w.object_id = m.winner",
            [list(moves), list(moves.values())],
        )


def change_tokens(customer_id: int, *, add: Sequence[int] = (), remove: Sequence[int] = ()) -> None:
    """Let a customer be found by more, or by less."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_searchentry SET tokens = ARRAY(SELECT unnest(tokens) UNION SELECT unnest(%s::bigint[])"
            " EXCEPT SELECT unnest(%s::bigint[])) WHERE kind = 'customer' AND object_id = %s",
            [list(add), list(remove), customer_id],
        )


def tokens_of(customer_ids: Sequence[int]) -> dict[int, set[int]]:
    """By what customers are found."""
    found: dict[int, set[int]] = {each: set() for each in customer_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id, tokens FROM kernel_searchentry"
            " WHERE kind = 'customer' AND object_id = ANY (%s::bigint[])",
            [list(customer_ids)],
        )
        found.update({row[0]: set(row[1]) for row in cursor.fetchall()})
    return found


def said_before(pairs: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """Pairs of records with what people said about them until now: True, False or None."""
    ones, twos = [one for one, _ in pairs], [two for _, two in pairs]
    known = {(v.one_id, v.two_id): v.is_same for v in Verdict.objects.filter(one_id__in=ones, two_id__in=twos)}
    return [[one, two, known.get((one, two))] for one, two in pairs]


def say_again(verdicts: Sequence[Sequence[Any]]) -> None:
    """What a step said is no longer said; what it overruled holds again."""
    for one, two, before in verdicts:
        rows = Verdict.objects.filter(one_id=one, two_id=two)
        if before is None:
            rows.delete()
        else:
            rows.update(is_same=before)
