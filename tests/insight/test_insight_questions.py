"""Several questions in one query answer what each would answer alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import Count, Q
from pytest_django import DjangoAssertNumQueries

from vinloop.insight.queries.slices import sliced
from vinloop.insight.rules.periods import Span
from vinloop.kernel.db.questions import Question, Rows, ask
from vinloop.kernel.models import User


def _as_asked(rows: Rows) -> list[list[object]]:
    return [list(row) for row in rows]


@pytest.mark.django_db
def test_questions_asked_together_take_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    User.objects.create(username="mei", name="梅 100%", email="mei@example.com")
    everybody = Question(User.objects.filter(name__contains="%").values_list("username", "name"), _as_asked)
    nobody = Question(User.objects.filter(username="nobody").values_list("username"), _as_asked)
    impossible = Question(User.objects.filter(pk__in=[]).values_list("username"), _as_asked)
    counted = Question(User.objects.order_by().values_list("name").annotate(Count("pk")), _as_asked)
    with django_assert_num_queries(1):
        ask(everybody, nobody, impossible, counted)
        assert everybody.answer == [["mei", "梅 100%"]]
        assert (nobody.answer, impossible.answer) == ([], [])
        assert counted.answer == [["梅 100%", 1]]


@pytest.mark.django_db
def test_a_question_nobody_asked_is_asked_when_its_answer_is_read(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question = Question(User.objects.filter(username="nobody").values_list("username"), len)
    with django_assert_num_queries(1):
        assert (question.answer, question.answer) == (0, 0)


@pytest.mark.django_db
def test_slices_add_up_to_overlapping_spans_and_leave_out_the_gaps() -> None:
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 11)]
    for number, day in enumerate(days):
        User.objects.create(username=f"u{number}", name="odd" if number % 2 == 0 else "", last_login=day)
    early, late = Span(days[0], days[4]), Span(days[2], days[5])
    apart = Span(days[7], days[9])
    conditions = {"all": Q(), "odd": Q(name="odd")}
    rows = User.objects.filter(username__startswith="u")
    slices = sliced(rows, "last_login", [late, early, apart], conditions, None).answer
    assert slices.whole(early) == {"all": 4, "odd": 2}
    assert slices.whole(late) == {"all": 3, "odd": 2}
    assert slices.whole(apart) == {"all": 2, "odd": 1}
    assert slices.whole(Span(days[5], days[7])) == {"all": 0, "odd": 0}
