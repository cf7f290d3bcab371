"""Places as people write them, and distances between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.network.places import all_places, locate
from vinloop.network.rules import box_around, distance_km


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("上海", "上海"),
        ("上海市", "上海"),
        ("Shanghai", "上海"),
        ("上海市浦东新区北京路1号", "上海"),
        ("江苏省苏州市工业园区", "苏州"),
        ("江苏苏州", "苏州"),
        ("江苏 南京市 上海路", "南京"),
        ("南京市北京东路", "南京"),
        ("Suzhou, Jiangsu", "苏州"),
        ("xi'an", "西安"),
        ("Urumqi", "乌鲁木齐"),
        ("新疆维吾尔自治区乌鲁木齐市", "乌鲁木齐"),
        ("ALMATY city", "阿拉木图"),
        ("ＳＨＥＮＺＨＥＮ", "深圳"),
    ],
)
def test_a_city_is_understood(text: str, city: str) -> None:
    place = locate(text)
    assert place is not None
    assert place.city == city


@pytest.mark.parametrize(("text", "province"), [("江苏", "江苏"), ("广东省", "广东"), ("Zhejiang province", "浙江")])
def test_a_province_alone_is_a_province(text: str, province: str) -> None:
    place = locate(text)
    assert place is not None
    assert (place.province, place.city) == (province, "")


@pytest.mark.parametrize("text", ["", "   ", "Atlantis", "12345", "某地"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert locate(text) is None


def test_every_city_finds_itself_in_both_languages() -> None:
    for place in all_places():
        assert locate(place.city) == place
        assert locate(f"{place.province}{place.city}") == place
        assert locate(place.city_en) == place


def test_shanghai_to_suzhou_is_85_km() -> None:
    assert distance_km(31.23, 121.47, 31.30, 120.58) == pytest.approx(85, abs=1)


points = st.tuples(st.floats(-80, 80), st.floats(-180, 180))


@given(points, points, st.floats(1, 5000))
def test_whatever_is_within_the_radius_is_in_the_box(
    one: tuple[float, float], other: tuple[float, float], radius: float
) -> None:
    if distance_km(*one, *other) < radius * 0.999:
        assert box_around(*one, radius).holds(*other)
