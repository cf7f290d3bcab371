"""Who sells what, where, and when they are open."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from tests.network.conftest import Network

from vinloop.kernel.access import NotAllowed
from vinloop.kernel.clocks import is_open
from vinloop.kernel.models import Calendar, CalendarException
from vinloop.network.models import DealerProfile
from vinloop.network.queries import (
    Dealer,
    NearDealer,
    dealer_directory,
    dealer_named,
    dealers_for_brand,
    dealers_of,
    find_dealers,
    nearest_dealers,
    place_words,
    territory_dealers,
)
from vinloop.network.schedules import default_schedule, forget_schedules, schedule_of


def codes(found: Sequence[Dealer | NearDealer]) -> list[str]:
    return [(each.dealer if isinstance(each, NearDealer) else each).code for each in found]


def test_the_directory_takes_three_queries_and_is_remembered(
    network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        assert len(dealer_directory()) == 4
    with django_assert_num_queries(0):
        assert codes(dealers_for_brand(network.vela.pk)) == ["ala-1", "can-1", "suz-1"]


def test_dealers_who_take_no_leads_can_be_left_out(network: Network) -> None:
    DealerProfile.objects.filter(organisation_id=network.id("can-1")).update(accepts_leads=False)
    assert codes(dealers_for_brand(network.vela.pk, accepting_only=True)) == ["ala-1", "suz-1"]


def test_a_dealer_is_named_by_code_or_name(network: Network) -> None:
    assert dealer_named("SHA-1") == dealer_directory()[network.id("sha-1")]
    assert dealer_named("nobody") is None


def test_nearest_to_a_city_and_to_a_point(network: Network) -> None:
    near = nearest_dealers(city="苏州市", limit=2)
    assert codes(near) == ["suz-1", "sha-1"]
    assert near[1].distance_km == pytest.approx(85, abs=2)
    assert codes(nearest_dealers(latitude=43.0, longitude=77.0, limit=1)) == ["ala-1"]
    assert codes(nearest_dealers(city="上海", brand_id=network.vela.pk, limit=1)) == ["suz-1"]


def test_far_away_the_circle_widens(network: Network) -> None:
    assert len(nearest_dealers(city="哈尔滨", limit=4)) == 4


def test_an_unknown_place_gives_the_dealers_of_that_name(network: Network) -> None:
    DealerProfile.objects.filter(organisation_id=network.id("can-1")).update(city="小镇", province="某省")
    near = nearest_dealers(city="小镇", province="某省")
    assert [(each.dealer.code, each.distance_km) for each in near] == [("can-1", None)]


def test_territories_by_city_before_province(network: Network) -> None:
    assert codes(territory_dealers("上海", "上海")) == ["sha-1"]
    assert codes(territory_dealers("江苏", "无锡")) == ["suz-1"]
    assert territory_dealers("上海", "上海", network.vela.pk) == []


def test_the_finder_understands_places_and_names(network: Network) -> None:
    place, near = find_dealers("Guangzhou")
    assert place is not None
    assert codes(near)[0] == "can-1"
    assert codes(find_dealers("sha-")[1]) == ["sha-1"]
    assert len(find_dealers("")[1]) == 4


def test_a_region_sees_its_own_dealers(network: Network) -> None:
    assert codes(dealers_of(network.actor("west", "network.dealer:read"))) == ["ala-1"]
    with pytest.raises(NotAllowed):
        dealers_of(network.actor("west"))


def test_the_nearest_calendar_up_the_tree_counts(network: Network) -> None:
    morning = datetime(2026, 5, 12, 4, 30, tzinfo=UTC)  # 09:30 in Almaty, 12:30 in Shanghai
    assert not is_open(schedule_of(network.id("ala-1")), morning)
    assert is_open(schedule_of(network.id("sha-1")), morning)
    assert schedule_of(network.id("sha-1")) == default_schedule()


def test_exceptions_count_and_a_broken_calendar_stops_nobody(network: Network) -> None:
    calendar = Calendar.objects.get()
    CalendarException.objects.create(calendar=calendar, date="2026-05-12", hours=[])
    noon = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
    assert not is_open(schedule_of(network.id("ala-1")), noon)
    Calendar.objects.update(weekly_hours=[[[900, 100]]] * 7)
    forget_schedules()
    assert schedule_of(network.id("ala-1")) == default_schedule()


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("上海", "Shanghai", "上海"),
        ("苏州市", "Suzhou", "苏州"),
        ("ALMATY", "Almaty", "阿拉木图"),
        ("上海市浦东新区北京路1号", "上海市浦东新区北京路1号", "上海市浦东新区北京路1号"),
        ("Springfield", "Springfield", "Springfield"),
        ("江苏", "Jiangsu", "江苏"),
        ("广东省", "Guangdong", "广东"),
        ("", "", ""),
    ],
)
def test_a_place_reads_as_the_reader_writes_it(written: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert place_words(written) == english
    with translation.override("zh-hans"):
        assert place_words(written) == chinese
