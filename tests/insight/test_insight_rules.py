"""Figures, periods, attribution and costs, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vinloop.insight.rules.attribution import MODELS, Model, shares
from vinloop.insight.rules.campaign_cost import cost_within
from vinloop.insight.rules.metrics import METRICS
from vinloop.insight.rules.periods import PRESETS, custom_period, period_named
from vinloop.insight.rules.quantiles import quantile

# 03:00 on 22 November in Shanghai, still the 21st in UTC.
AT = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("key", "counts", "value"),
    [
        ("capture_rate", {"captured": 3, "new_walk_ins": 12}, 0.25),
        ("invite_to_visit", {"invited": 4, "valid": 10}, 0.4),
        ("test_drive_rate", {"drives_done": 5, "prospects": 20}, 0.25),
        ("conversion_same", {"ordered_same": 2, "prospects": 16}, 0.125),
        ("conversion_carried", {"carried_ordered": 1, "carried": 8}, 0.125),
        ("conversion_90", {"cohort_ordered": 3, "cohort": 4}, 0.75),
        ("second_visit_rate", {"returned": 1, "registrations": 5}, 0.2),
        ("lost_clarity", {"lost_clear": 9, "lost_reported": 10}, 0.9),
        ("referral_share", {"referred": 1, "deliveries": 4}, 0.25),
        ("valid_share", {"valid": 6, "judged": 8}, 0.75),
        ("hot_share", {"hot": 3, "valid": 6}, 0.5),
        ("within_goal", {"in_goal": 3, "due": 4}, 0.75),
        ("missed", {"missed": 1, "due": 4}, 0.25),
        ("accept_rate", {"accepted": 9, "decided": 10}, 0.9),
        ("decline_rate", {"declined": 1, "dispatched": 10}, 0.1),
        ("timeout_rate", {"timed_out": 2, "dispatched": 10}, 0.2),
        ("cpl", {"cost": 100_000, "leads": 8}, 12_500),
        ("cps", {"cost": 100_000, "sales": 0.5}, 200_000),
        ("roi", {"cost": 100, "margin": 250}, 1.5),
        ("roi", {"cost": 100, "margin": 0}, -1),
        ("received", {"received": 7}, 7),
        ("response_median", {"response_median": 61.5}, 61.5),
    ],
)
def test_a_figure_follows_its_definition(key: str, counts: dict[str, float], value: float) -> None:
    assert METRICS[key].value(counts) == value


@pytest.mark.parametrize("key", [key for key, metric in METRICS.items() if metric.bottom or metric.formula])
def test_nothing_to_divide_by_is_nothing_and_not_zero(key: str) -> None:
    metric = METRICS[key]
    assert metric.value({}) is None
    assert metric.value({metric.top: 5, metric.bottom: 0, "cost": 0}) is None


def test_every_figure_says_what_it_means_and_which_way_is_welcome() -> None:
    assert all(str(metric.label) and str(metric.definition).endswith((".", "。")) for metric in METRICS.values())
    assert METRICS["missed"].is_better(0.1, 0.2) is True
    assert METRICS["capture_rate"].is_better(0.1, 0.2) is False
    assert METRICS["capture_rate"].is_better(0.1, 0.1) is None
    assert METRICS["capture_rate"].is_better(None, 0.1) is None


@pytest.mark.parametrize(
    ("key", "first", "last", "before"),
    [
        ("this_month", date(2026, 11, 1), date(2026, 11, 22), date(2026, 10, 1)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31), date(2026, 9, 1)),
        ("30d", date(2026, 10, 24), date(2026, 11, 22), date(2026, 9, 24)),
        ("90d", date(2026, 8, 25), date(2026, 11, 22), date(2026, 5, 27)),
        ("quarter", date(2026, 10, 1), date(2026, 11, 22), date(2026, 7, 1)),
        ("year", date(2026, 1, 1), date(2026, 11, 22), date(2025, 1, 1)),
        ("nonsense", date(2026, 10, 24), date(2026, 11, 22), date(2026, 9, 24)),
    ],
)
def test_periods_begin_and_end_at_local_midnight(key: str, first: date, last: date, before: date) -> None:
    period = period_named(key, AT, ZONE)
    assert (period.first, period.last, period.before.start.date()) == (first, last, before)
    assert period.start.isoformat() == f"{first}T00:00:00+08:00"
    assert period.end.isoformat() == f"{last + timedelta(days=1)}T00:00:00+08:00"


def test_a_running_period_is_compared_with_as_much_of_the_one_before() -> None:
    month = period_named("this_month", AT, ZONE)
    assert month.before.end.isoformat() == "2026-10-22T03:00:00+08:00"
    assert period_named("last_month", AT, ZONE).before.end.isoformat() == "2026-10-01T00:00:00+08:00"


def test_january_looks_back_into_the_year_before() -> None:
    january = period_named("this_month", datetime(2026, 1, 5, tzinfo=UTC), ZONE)
    assert january.before.start.date() == date(2025, 12, 1)


@given(st.sampled_from(PRESETS), st.integers(0, 6 * 365 * 24))
def test_the_span_before_never_reaches_into_the_period(key: str, hours: int) -> None:
    period = period_named(key, AT - timedelta(hours=hours), ZONE)
    assert period.before.start < period.before.end <= period.start < period.end


def test_days_given_the_wrong_way_round_are_turned_and_long_spans_cut() -> None:
    assert custom_period(date(2026, 3, 9), date(2026, 3, 2), AT, ZONE).first == date(2026, 3, 2)
    assert custom_period(date(1990, 1, 1), date(2026, 3, 2), AT, ZONE).days == 1100


DAYS = [AT + timedelta(days=7 * n) for n in range(4)]


@pytest.mark.parametrize(
    ("model", "count", "expected"),
    [
        ("first", 3, [1, 0, 0]),
        ("last", 3, [0, 0, 1]),
        ("linear", 4, [0.25, 0.25, 0.25, 0.25]),
        ("position", 1, [1]),
        ("position", 2, [0.5, 0.5]),
        ("position", 3, [0.4, 0.2, 0.4]),
        ("position", 4, [0.4, 0.1, 0.1, 0.4]),
        ("decay", 2, [1 / 3, 2 / 3]),
        ("decay", 3, [1 / 7, 2 / 7, 4 / 7]),
        ("linear", 0, []),
    ],
)
def test_credit_is_shared_by_the_model(model: Model, count: int, expected: list[float]) -> None:
    assert shares(model, DAYS[:count]) == pytest.approx(expected)


@given(st.sampled_from(MODELS), st.lists(st.integers(0, 10**7), min_size=1, max_size=20))
def test_the_shares_add_up_to_one_lead(model: Model, seconds: list[int]) -> None:
    touches = sorted(AT + timedelta(seconds=each) for each in seconds)
    given_out = shares(model, touches)
    assert len(given_out) == len(touches)
    assert sum(given_out) == pytest.approx(1)
    assert all(share >= 0 for share in given_out)
    if model == "decay":
        assert all(earlier <= later + 1e-12 for earlier, later in pairwise(given_out))


def test_a_campaign_bears_only_the_cost_of_its_days_in_the_period() -> None:
    start, end = date(2026, 11, 1), date(2026, 11, 10)
    assert cost_within(1000, start, end, date(2026, 11, 6), date(2026, 12, 31)) == 500
    assert cost_within(1000, start, end, date(2026, 10, 1), date(2026, 12, 31)) == 1000
    assert cost_within(1000, start, end, date(2026, 12, 1), date(2026, 12, 31)) == 0
    assert cost_within(1000, None, end, date(2026, 11, 10), date(2026, 11, 10)) == 1000
    assert cost_within(1000, None, None, date(2020, 1, 1), date(2020, 1, 1)) == 1000


def test_medians_are_those_of_postgresql() -> None:
    assert quantile([], 0.5) is None
    assert quantile([7], 0.9) == 7
    assert quantile([600, 1200, 4000], 0.5) == 1200
    assert quantile([600, 1200, 4000], 0.9) == pytest.approx(3440)


def test_the_page_of_figures_says_what_the_screens_say() -> None:
    page = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    with translation.override("en"):
        for key, metric in METRICS.items():
            assert f"| `{key}` | {metric.label} | {metric.definition} |" in page
