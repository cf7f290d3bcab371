"""Deadlines and response times in opening hours: holidays, daylight saving, closed for good."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.kernel.clocks import (
    DAY_MINUTES,
    Interval,
    NeverOpen,
    Schedule,
    ScheduleError,
    add_business_minutes,
    always_open,
    business_seconds_between,
    is_holiday,
    is_make_up_workday,
    is_open,
    next_opening,
    uniform_week,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HOTLINE = Schedule("Asia/Shanghai", uniform_week((8 * 60, 20 * 60)))
OFFICE = Schedule(
    "Asia/Shanghai",
    uniform_week((9 * 60, 12 * 60), (13 * 60, 18 * 60), days=range(5)),
    holiday_country="CN",
    closes_on_holidays=True,
)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def new_york(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-02T10:00", 15, "2026-03-02T10:15"),
        ("2026-03-02T19:50", 10, "2026-03-02T20:00"),
        ("2026-03-02T19:50", 15, "2026-03-03T08:05"),
        ("2026-03-02T23:00", 15, "2026-03-03T08:15"),
        ("2026-03-02T06:00", 15, "2026-03-02T08:15"),
        ("2026-03-02T06:00", 0, "2026-03-02T06:00"),
        ("2026-03-02T08:00", 720 * 3 + 1, "2026-03-05T08:01"),
    ],
)
def test_deadline_of_the_hotline(start: str, minutes: int, due: str) -> None:
    assert add_business_minutes(HOTLINE, shanghai(start), minutes) == shanghai(due)


def test_deadline_is_in_utc() -> None:
    assert add_business_minutes(HOTLINE, shanghai("2026-03-02T10:00"), 1).tzinfo is UTC


def test_lunch_and_weekend_do_not_count() -> None:
    friday = shanghai("2026-03-06T11:30")
    assert add_business_minutes(OFFICE, friday, 60) == shanghai("2026-03-06T13:30")
    assert add_business_minutes(OFFICE, friday, 30 + 300 + 5) == shanghai("2026-03-09T09:05")
    assert business_seconds_between(OFFICE, friday, shanghai("2026-03-09T09:05")) == (30 + 300 + 5) * 60


def test_response_time_counts_backwards_as_negative() -> None:
    early, late = shanghai("2026-03-02T10:00"), shanghai("2026-03-02T10:30")
    assert business_seconds_between(HOTLINE, early, late) == 1800
    assert business_seconds_between(HOTLINE, late, early) == -1800


def test_open_and_next_opening() -> None:
    assert is_open(HOTLINE, shanghai("2026-03-02T08:00"))
    assert not is_open(HOTLINE, shanghai("2026-03-02T20:00"))
    assert next_opening(HOTLINE, shanghai("2026-03-02T09:00")) == shanghai("2026-03-02T09:00")
    assert next_opening(HOTLINE, shanghai("2026-03-02T20:00")) == shanghai("2026-03-03T08:00")
    assert is_open(always_open(), datetime(2026, 1, 1, tzinfo=UTC))


def test_chinese_holiday_closes_and_its_make_up_day_opens() -> None:
    national_day, make_up_sunday = date(2024, 10, 1), date(2024, 9, 29)
    assert is_holiday("CN", national_day)
    assert is_make_up_workday("CN", make_up_sunday)
    assert OFFICE.intervals_on(national_day) == ()
    assert OFFICE.intervals_on(make_up_sunday) == ((540, 720), (780, 1080))
    assert next_opening(OFFICE, shanghai("2024-09-30T18:00")) == shanghai("2024-10-08T09:00")


def test_year_not_yet_announced_has_the_fixed_holidays() -> None:
    assert is_holiday("CN", date(2045, 10, 1))
    assert not is_make_up_workday("CN", date(2045, 10, 8))


def test_holiday_closes_only_who_says_so() -> None:
    national_day = date(2024, 10, 1)
    open_all_year = Schedule("Asia/Shanghai", HOTLINE.weekly, holiday_country="CN")
    assert open_all_year.intervals_on(national_day) == ((480, 1200),)
    american = Schedule("America/New_York", HOTLINE.weekly, holiday_country="US", closes_on_holidays=True)
    assert american.intervals_on(date(2026, 12, 25)) == ()
    assert american.intervals_on(national_day) == ((480, 1200),)


def test_exception_wins_over_holiday_and_week() -> None:
    days: dict[date, tuple[Interval, ...]] = {date(2024, 10, 1): ((600, 660),), date(2024, 9, 30): ()}
    dealer = Schedule("Asia/Shanghai", OFFICE.weekly, days, "CN", closes_on_holidays=True)
    assert dealer.intervals_on(date(2024, 10, 1)) == ((600, 660),)
    assert dealer.intervals_on(date(2024, 9, 30)) == ()
    days.clear()
    assert dealer.intervals_on(date(2024, 9, 30)) == ()


def test_schedules_with_the_same_hours_are_the_same() -> None:
    twin = Schedule("Asia/Shanghai", uniform_week((480, 1200)))
    assert twin == HOTLINE
    assert hash(twin) == hash(HOTLINE)
    assert twin != always_open("Asia/Shanghai")


@pytest.mark.parametrize(
    "weekly",
    [
        uniform_week((600, 600)),
        uniform_week((1320, 1800)),
        uniform_week((-1, 60)),
        uniform_week((60, 120), (90, 150)),
        (),
    ],
)
def test_contradictory_hours_are_refused(weekly: tuple[tuple[Interval, ...], ...]) -> None:
    with pytest.raises(ScheduleError):
        Schedule("Asia/Shanghai", weekly)


def test_unknown_zone_country_and_exception_are_refused() -> None:
    with pytest.raises(ScheduleError, match="time zone"):
        Schedule("Asia/Nowhere", HOTLINE.weekly)
    with pytest.raises(ScheduleError, match="public holidays"):
        Schedule("Asia/Shanghai", HOTLINE.weekly, holiday_country="XX")
    with pytest.raises(ScheduleError, match="2026-01-01"):
        Schedule("Asia/Shanghai", HOTLINE.weekly, {date(2026, 1, 1): ((9, 8),)})


def test_closed_for_good_says_so_at_once() -> None:
    closed = Schedule("Asia/Shanghai", uniform_week(days=()))
    start = shanghai("2026-03-02T10:00")
    with pytest.raises(NeverOpen):
        add_business_minutes(closed, start, 1)
    with pytest.raises(NeverOpen):
        next_opening(closed, start)
    with pytest.raises(NeverOpen):
        add_business_minutes(always_open(), datetime(9998, 12, 31, tzinfo=UTC), 3 * DAY_MINUTES)
    assert add_business_minutes(closed, start, 0) == start
    assert business_seconds_between(closed, start, start + timedelta(days=9)) == 0


def test_last_opening_before_closing_for_good() -> None:
    closing = Schedule("Asia/Shanghai", uniform_week(days=()), {date(2026, 3, 9): ((600, 660),)})
    assert add_business_minutes(closing, shanghai("2026-03-02T10:00"), 60) == shanghai("2026-03-09T11:00")
    with pytest.raises(NeverOpen):
        add_business_minutes(closing, shanghai("2026-03-02T10:00"), 61)


def test_naive_times_and_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        is_open(HOTLINE, shanghai("2026-01-01T00:00").replace(tzinfo=None))
    with pytest.raises(ValueError, match="negative"):
        add_business_minutes(HOTLINE, shanghai("2026-03-02T10:00"), -1)


def test_spring_forward_day_is_an_hour_shorter() -> None:
    day = always_open("America/New_York")
    assert business_seconds_between(day, new_york("2026-03-08T00:00"), new_york("2026-03-09T00:00")) == 23 * 3600
    night = Schedule("America/New_York", uniform_week((0, 150), (150, 180), (180, 360)))
    assert business_seconds_between(night, new_york("2026-03-08T00:00"), new_york("2026-03-08T06:00")) == 5 * 3600
    early = Schedule("America/New_York", uniform_week((150, 360)))
    assert next_opening(early, new_york("2026-03-08T00:00")) == new_york("2026-03-08T03:00")


def test_fall_back_day_is_an_hour_longer() -> None:
    day = always_open("America/New_York")
    assert business_seconds_between(day, new_york("2026-11-01T00:00"), new_york("2026-11-02T00:00")) == 25 * 3600
    due = add_business_minutes(day, new_york("2026-11-01T01:30"), 60)
    assert due == new_york("2026-11-01T01:30", fold=1).astimezone(UTC)


def test_day_that_never_was() -> None:
    samoa = always_open("Pacific/Apia")
    before = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    after = datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    assert business_seconds_between(samoa, before, after) == 24 * 3600


minutes_of_day = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any week with at least one opening, in zones with and without daylight saving."""
    zones = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut"]
    week = []
    for _ in range(7):
        edges = [quarter * 15 for quarter in draw(minutes_of_day)]
        pairs = tuple(zip(edges[::2], edges[1::2], strict=False))
        week.append(pairs if draw(st.booleans()) else ())
    week[draw(st.integers(0, 6))] = ((9 * 60, 17 * 60),)
    return Schedule(draw(st.sampled_from(zones)), tuple(week))


instants = st.integers(1_577_836_800_000, 1_893_456_000_000).map(
    lambda millisecond: datetime.fromtimestamp(millisecond / 1000, UTC)
)
counts = st.integers(0, 20_000)


@given(schedules(), instants, counts)
def test_adding_then_measuring_gives_the_minutes_back(schedule: Schedule, start: datetime, minutes: int) -> None:
    due = add_business_minutes(schedule, start, minutes)
    assert business_seconds_between(schedule, start, due) == minutes * 60


@given(schedules(), instants, counts, counts)
def test_more_minutes_are_never_due_earlier(schedule: Schedule, start: datetime, a: int, b: int) -> None:
    first, second = sorted((a, b))
    assert add_business_minutes(schedule, start, first) <= add_business_minutes(schedule, start, second)


@given(schedules(), instants, st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(1, 20_000))
def test_starting_later_is_never_due_earlier(
    schedule: Schedule, start: datetime, wait: timedelta, minutes: int
) -> None:
    assert add_business_minutes(schedule, start, minutes) <= add_business_minutes(schedule, start + wait, minutes)


@given(
    schedules(),
    instants,
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_parts_sum_to_the_whole(schedule: Schedule, start: datetime, one: timedelta, two: timedelta) -> None:
    middle, end = start + one, start + one + two
    parts = business_seconds_between(schedule, start, middle) + business_seconds_between(schedule, middle, end)
    assert 0 <= business_seconds_between(schedule, start, end) - parts <= 1


@given(schedules(), instants)
def test_next_opening_is_open_and_nothing_opens_before(schedule: Schedule, at: datetime) -> None:
    opening = next_opening(schedule, at)
    assert is_open(schedule, opening)
    assert business_seconds_between(schedule, at, opening) == 0


def test_fifty_thousand_deadlines_take_well_under_the_limit() -> None:
    start = shanghai("2026-01-01T00:00")
    began = perf_counter()
    for step in range(50_000):
        add_business_minutes(OFFICE, start + timedelta(minutes=step * 7), 30 + step % 600)
    assert perf_counter() - began < 4  # about 0.3 s on an idle core; the room is for a busy machine
