"""What a buyer reads about an enquiry, decided without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from vinloop.kernel.clocks import Schedule, uniform_week
from vinloop.portal.hours import call_words, open_words, week_lines
from vinloop.portal.rules import STEPS, Progress, buyer_steps, is_dealer_known
from vinloop.portal.silhouettes import PAINTS, SHAPES, paint_for
from vinloop.vehicles.models import CarModel

# A Monday, 10:00 in Shanghai.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
WEEK = Schedule("Asia/Shanghai", uniform_week((540, 1080), days=range(5)))


@pytest.mark.parametrize(
    ("progress", "states"),
    [
        (Progress("new", AT), "done now next next next next"),
        (Progress("nurture", AT, verified_at=AT), "done done now next next next"),
        (Progress("ready", AT, verified_at=AT), "done done now next next next"),
        (Progress("dispatched", AT, verified_at=AT), "done done now next next next"),
        (Progress("accepted", AT, accepted_at=AT), "done done done now next next"),
        (Progress("working", AT, AT, AT, AT), "done done done done now next"),
        (Progress("lost_pending", AT, AT, AT), "done done done now next next"),
        (Progress("ordered", AT, AT, AT, ordered_at=AT), "done done done skipped done now"),
        (Progress("delivered", AT, AT, AT, AT, AT, AT), "done done done done done done"),
        (Progress("lost", AT, AT, AT), "done done next next next next"),
        (Progress("invalid", AT), "done next next next next next"),
    ],
)
def test_steps_of_a_buyer(progress: Progress, states: str) -> None:
    steps = buyer_steps(progress)
    assert [step.name for step in steps] == list(STEPS)
    assert [step.state for step in steps] == states.split()


def test_the_dealer_is_known_from_acceptance_on() -> None:
    assert [each for each in ("new", "ready", "dispatched", "lost") if is_dealer_known(each)] == []
    assert is_dealer_known("accepted")


@pytest.mark.usefixtures("_english")
def test_hours_in_words() -> None:
    assert [(line.days, line.hours) for line in week_lines(WEEK)] == [("Mon–Fri", "09:00–18:00"), ("Sat–Sun", "closed")]
    assert open_words(WEEK, AT) == (True, "Open now, until 18:00")
    assert open_words(WEEK, AT + timedelta(hours=12)) == (False, "Closed now, opens tomorrow 09:00")
    assert open_words(WEEK, AT + timedelta(days=5)) == (False, "Closed now, opens Monday, 9 March, 09:00")
    assert open_words(Schedule("UTC", uniform_week()), AT) == (False, "Closed")


@pytest.mark.usefixtures("_english")
def test_the_promise_counts_opening_hours() -> None:
    assert call_words(WEEK, AT, 60) == "today by 11:00"
    assert call_words(WEEK, AT + timedelta(hours=12), 60) == "tomorrow by 10:00"
    assert call_words(WEEK, AT + timedelta(days=4, hours=12), 60) == "on Monday, 9 March by 10:00"
    assert call_words(Schedule("UTC", uniform_week()), AT, 60) == ""


def test_every_body_of_the_catalogue_is_drawn() -> None:
    assert set(CarModel.Body.values) <= set(SHAPES)
    assert len(SHAPES) >= 6
    for shape in SHAPES.values():
        assert shape.front_x < shape.rear_x
        assert shape.ground_y < 250


def test_neighbours_differ_in_colour() -> None:
    assert len({paint_for(place).code for place in range(len(PAINTS))}) == len(PAINTS)
