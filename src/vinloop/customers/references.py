"""Where other rooms keep a customer's id: what a merge moves, and an undo moves back.

A room declares its columns in ``apps.py``. Moving is one statement per table, and the journal knows every row moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Reference:
    """A column with a customer's id. ``unique`` are the columns which with it must be unique: a row that would clash
    stays where it is. ``apart`` is the other end of a relation, which no move may make the same customer. ``label``
    says what the rows are, and whether a steward may send single ones along in a split; ``title`` is the SQL of what
    one row (``t``) is called there, and ``words`` spells the codes in it; ``tokens`` answers by which search tokens
    rows (ids) let their customer be found.
    """

    table: str
    column: str = "customer_id"
    unique: tuple[str, ...] = ()
    apart: str = ""
    label: StrOrPromise = ""
    title: str = "t.ref"
    words: Mapping[str, StrOrPromise] = field(default_factory=dict)
    tokens: Callable[[Sequence[int]], set[int]] | None = None

    @property
    def name(self) -> str:
        """How the journal calls it."""
        return f"{self.table}.{self.column}"


_declared: dict[str, Reference] = {}


def declare_reference(*references: Reference) -> None:
    """Tell that a table points at customers; harmless when told twice."""
    _declared.update({reference.name: reference for reference in references})


def declared_references() -> Sequence[Reference]:
    """All of them, in the order they were declared."""
    return tuple(_declared.values())


def move_references(moves: Mapping[int, int]) -> dict[int, dict[str, list[int]]]:
    """Let rows of customers (loser id → winner id) point at the winners; answers per loser what moved.

    The caller has authorised its actor and sees all rows.
    """
    moved: dict[int, dict[str, list[int]]] = {loser: {} for loser in moves}
    for reference in declared_references():
        for row_id, loser in _move(reference, moves):
            moved[loser].setdefault(reference.name, []).append(row_id)
    return moved


def move_rows(reference_name: str, ids: Sequence[int], *, source: int, target: int) -> list[int]:
    """Let single rows of one customer point at another; answers those that moved, which leaves out rows of others.

    Raises ``KeyError`` for a name nobody declared.
    """
    reference = _declared[reference_name]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {reference.table} t SET {reference.column} = %(target)s WHERE t.id = ANY (%(ids)s::bigint[])"
            f" AND t.{reference.column} = %(source)s{_clash(reference, '%(target)s')} RETURNING t.id",
            {"source": source, "target": target, "ids": list(ids)},
        )
        return [row[0] for row in cursor.fetchall()]


def rows_of(customer_id: int, *, most: int = 200) -> list[tuple[Reference, list[tuple[int, str]]]]:
    """What points at a customer and a steward may send along in a split: rows as (id, title), the newest first.

    The caller is authorised and sees all rows.
    """
    found = []
    for reference in declared_references():
        if reference.label:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT t.id, {reference.title} FROM {reference.table} t WHERE t.{reference.column} = %s"
                    " ORDER BY t.id DESC LIMIT %s",
                    [customer_id, most],
                )
                found.append((reference, [(key, _spelt(reference, title)) for key, title in cursor.fetchall()]))
    return [(reference, rows) for reference, rows in found if rows]


def _spelt(reference: Reference, title: str) -> str:
    return " · ".join(str(reference.words.get(part, part)) for part in title.split(" · "))


def counts_of(customer_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many rows point at customers: customer → reference → count, for what has a label; one query.

    The caller is authorised and sees all rows.
    """
    named = [each for each in declared_references() if each.label]
    sql = " UNION ALL ".join(
        f"SELECT {each.column}, %s, count(*) FROM {each.table} WHERE {each.column} = ANY (%s::bigint[]) GROUP BY 1"
        for each in named
    )
    found: dict[int, dict[str, int]] = {each: {} for each in customer_ids}
    if named:
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for each in named for value in (each.name, list(customer_ids))])
            for customer_id, name, count in cursor.fetchall():
                found[customer_id][name] = count
    return found


def reference_labels() -> dict[str, StrOrPromise]:
    """What the rows behind each reference are called."""
    return {each.name: each.label for each in declared_references() if each.label}


def _move(reference: Reference, moves: Mapping[int, int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {reference.table} t SET {reference.column} = m.winner"
            " FROM unnest(%(losers)s::bigint[], %(winners)s::bigint[]) AS m(loser, winner)"
            f" WHERE t.{reference.column} = m.loser{_clash(reference, 'm.winner')} RETURNING t.id, m.loser",
            {"losers": list(moves), "winners": list(moves.values())},
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _clash(reference: Reference, winner: str) -> str:
    apart = f" AND t.{reference.apart} <> {winner}" if reference.apart else ""
    if not reference.unique:
        return apart
    same = " AND ".join(f"o.{column} = t.{column}" for column in reference.unique)
    exists = f"SELECT FROM {reference.table} o WHERE o.{reference.column} = {winner} AND {same}"
    return f"{apart} AND NOT EXISTS ({exists})"
