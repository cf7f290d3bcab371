"""Several questions in one query: a page of figures asks once for all that it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]


class Question(Generic[T]):
    """Rows of named values (``values_list``), and what they mean once they are there.

    They come as JSON: counts, texts, truths and lists of them stay what they are; moments would become texts.
    Questions given to ``ask`` share one query; one that was not is asked when its answer is read.
    """

    def __init__(self, rows: QuerySet[Any, Any], read: Callable[[Rows], T]) -> None:
        self._rows = rows
        self._read = read
        self._found: Rows | None = None

    @property
    def answer(self) -> T:
        """What was found."""
        if self._found is None:
            ask(self)
        return self._read(self._found or ())

    @property
    def sql(self) -> tuple[str, tuple[Any, ...]] | None:
        """The query and its parameters; ``None`` when nothing can match."""
        try:
            return self._rows.query.sql_with_params()
        except EmptyResultSet:
            return None

    def found(self, rows: Rows) -> None:
        """Keep the rows that came."""
        self._found = rows


def ask(*questions: Question[Any]) -> None:
    """Put all questions in one query."""
    asked = [(number, question.sql) for number, question in enumerate(questions)]
    real = [(number, *found) for number, found in asked if found]
    answers: list[list[list[Any]]] = [[] for _ in questions]
    if real:
        sql = " UNION ALL ".join(f"SELECT {number}, to_json(found) FROM ({text}) found" for number, text, _ in real)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for *_, values in real for value in values])
            for number, row in cursor.fetchall():
                answers[number].append(list(row.values()))
    for question, rows in zip(questions, answers, strict=True):
        question.found(rows)
