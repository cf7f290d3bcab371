"""Where other rooms keep a customer's id: what a merge moves, and an undo moves back.

A room declares its columns in ``apps.py``. Moving is one statement per table, and the journal knows every row moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Reference:
    """A column with a customer's id. ``unique`` are the columns which with it must be unique: a row that would clash
    stays where it is.
    """

    table: str
    column: str = "customer_id"
    unique: tuple[str, ...] = ()

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


def move_rows(reference_name: str, ids: Sequence[int], target: int) -> list[int]:
    """Let single rows point at another customer; answers those that moved. Raises ``KeyError`` for an unknown name."""
    reference = _declared[reference_name]
    clash = _clash(reference, "%(target)s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {reference.table} t SET {reference.column} = %(target)s"
            f" WHERE t.id = ANY (%(ids)s::bigint[]){clash} RETURNING t.id",
            {"target": target, "ids": list(ids)},
        )
        return [row[0] for row in cursor.fetchall()]


def _move(reference: Reference, moves: Mapping[int, int]) -> list[tuple[int, int]]:
    clash = _clash(reference, "m.winner")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {reference.table} t SET {reference.column} = m.winner"
            " FROM unnest(%(losers)s::bigint[], %(winners)s::bigint[]) AS m(loser, winner)"
            f" WHERE t.{reference.column} = m.loser{clash} RETURNING t.id, m.loser",
            {"losers": list(moves), "winners": list(moves.values())},
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _clash(reference: Reference, winner: str) -> str:
    if not reference.unique:
        return ""
    same = " AND ".join(f"o.{column} = t.{column}" for column in reference.unique)
    return f" AND NOT EXISTS (SELECT FROM {reference.table} o WHERE o.{reference.column} = {winner} AND {same})"
