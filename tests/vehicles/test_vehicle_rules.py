"""Which words name a model, and who owns a car after a delivery."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.vehicles.facts import data_sheet
from vinloop.vehicles.marques import known_marque
from vinloop.vehicles.rules import (
    Held,
    Name,
    OwnershipChange,
    best_name,
    name_key,
    ownership_after_delivery,
    without_year,
    words_of,
)

DAY, LATER = date(2026, 3, 1), date(2026, 6, 1)
NAMES = [Name(words_of("Aurora S"), 1), Name(words_of("Aurora SUV"), 2), Name(words_of("曙光S"), 1)]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("AURORA-S", 1),
        ("aurora s 2.0T premium", 1),
        ("ＡＵＲＯＲＡ　ＳＵＶ", 2),
        ("曙光S运动版", 1),
        ("AuroraSUV", 2),
        ("Aurora", None),
        ("Aurora Sport", None),
        ("", None),
    ],
)
def test_a_model_is_found_by_whole_words(text: str, model: int | None) -> None:
    assert best_name(words_of(text), NAMES) == model


def test_the_longest_name_wins() -> None:
    names = [Name(("vela",), 1), Name(("vela", "gt"), 2)]
    assert best_name(words_of("Vela GT Sport"), names) == 2


@pytest.mark.parametrize(
    ("text", "year", "left"),
    [("2026款 曙光S", None, "曙光 S"), ("Aurora S 2026", 2026, "Aurora S"), ("2008", None, "2008")],
)
def test_a_model_year_is_not_part_of_the_name(text: str, year: int | None, left: str) -> None:
    assert without_year(words_of(text), year) == words_of(left)


def test_another_year_stays() -> None:
    assert without_year(words_of("Peugeot 2008"), 2026) == ("peugeot", "2008")


@given(st.text(max_size=40))
def test_a_key_is_stable(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


def test_marques_are_known_in_both_languages() -> None:
    assert known_marque("丰田") == known_marque("TOYOTA") == ("toyota", "丰田", "Toyota")
    assert known_marque("VW") == known_marque("上汽大众")
    assert known_marque("Nobody") is None


def test_a_first_delivery_starts_an_ownership() -> None:
    assert ownership_after_delivery([], 7, DAY) == OwnershipChange(starts=True)


def test_a_resale_ends_the_former_one() -> None:
    former = Held(1, 5, DAY, None)
    assert ownership_after_delivery([former], 7, LATER) == OwnershipChange(former, LATER, starts=True)


@pytest.mark.parametrize(
    "held",
    [
        [Held(1, 7, DAY, None)],
        [Held(1, 7, DAY, LATER), Held(2, 9, LATER, None)],
        [Held(2, 9, LATER, None)],
    ],
)
def test_told_twice_or_late_it_changes_nothing(held: list[Held]) -> None:
    assert ownership_after_delivery(held, 7, DAY) == OwnershipChange()


def test_the_data_sheet_keeps_its_order_and_leaves_out_what_is_missing() -> None:
    sheet = data_sheet({"power_kw": 150, "seats": 5, "odd": 3})
    assert [value for _, value in sheet] == ["5", "150 kW"]
