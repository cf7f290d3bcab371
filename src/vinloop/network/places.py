"""Cities the network meets, with where they are: enough to find the dealers near somebody who named a city.

Coordinates are those of the city centre, in degrees, to two decimals (about a kilometre).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from vinloop.kernel.identifiers import fold, has_cjk


@dataclass(frozen=True, slots=True)
class Place:
    """A city, or a whole province when ``city`` is empty (then the point is its capital)."""

    province: str
    province_en: str
    city: str
    city_en: str
    latitude: float
    longitude: float


# Each province with its cities, the capital first: Chinese, English, latitude, longitude.
_CITIES: dict[tuple[str, str], tuple[tuple[str, str, float, float], ...]] = {
    ("北京", "Beijing"): (("北京", "Beijing", 39.90, 116.41),),
    ("天津", "Tianjin"): (("天津", "Tianjin", 39.13, 117.20),),
    ("上海", "Shanghai"): (("上海", "Shanghai", 31.23, 121.47),),
    ("重庆", "Chongqing"): (("重庆", "Chongqing", 29.56, 106.55),),
    ("河北", "Hebei"): (
        ("石家庄", "Shijiazhuang", 38.04, 114.51),
        ("唐山", "Tangshan", 39.63, 118.18),
        ("保定", "Baoding", 38.87, 115.46),
    ),
    ("山西", "Shanxi"): (("太原", "Taiyuan", 37.87, 112.55),),
    ("内蒙古", "Inner Mongolia"): (("呼和浩特", "Hohhot", 40.84, 111.75), ("包头", "Baotou", 40.66, 109.84)),
    ("辽宁", "Liaoning"): (("沈阳", "Shenyang", 41.80, 123.43), ("大连", "Dalian", 38.91, 121.61)),
    ("吉林", "Jilin"): (("长春", "Changchun", 43.82, 125.32),),
    ("黑龙江", "Heilongjiang"): (("哈尔滨", "Harbin", 45.80, 126.53),),
    ("江苏", "Jiangsu"): (
        ("南京", "Nanjing", 32.06, 118.80),
        ("苏州", "Suzhou", 31.30, 120.58),
        ("无锡", "Wuxi", 31.49, 120.31),
        ("常州", "Changzhou", 31.81, 119.97),
        ("南通", "Nantong", 31.98, 120.89),
        ("徐州", "Xuzhou", 34.20, 117.28),
    ),
    ("浙江", "Zhejiang"): (
        ("杭州", "Hangzhou", 30.27, 120.16),
        ("宁波", "Ningbo", 29.87, 121.54),
        ("温州", "Wenzhou", 27.99, 120.70),
        ("嘉兴", "Jiaxing", 30.75, 120.76),
        ("金华", "Jinhua", 29.08, 119.65),
        ("绍兴", "Shaoxing", 30.00, 120.58),
    ),
    ("安徽", "Anhui"): (("合肥", "Hefei", 31.82, 117.23), ("芜湖", "Wuhu", 31.35, 118.43)),
    ("福建", "Fujian"): (
        ("福州", "Fuzhou", 26.07, 119.30),
        ("厦门", "Xiamen", 24.48, 118.09),
        ("泉州", "Quanzhou", 24.87, 118.68),
    ),
    ("江西", "Jiangxi"): (("南昌", "Nanchang", 28.68, 115.86),),
    ("山东", "Shandong"): (
        ("济南", "Jinan", 36.65, 117.12),
        ("青岛", "Qingdao", 36.07, 120.38),
        ("烟台", "Yantai", 37.46, 121.45),
        ("潍坊", "Weifang", 36.71, 119.16),
    ),
    ("河南", "Henan"): (("郑州", "Zhengzhou", 34.75, 113.63), ("洛阳", "Luoyang", 34.62, 112.45)),
    ("湖北", "Hubei"): (("武汉", "Wuhan", 30.59, 114.31), ("宜昌", "Yichang", 30.69, 111.29)),
    ("湖南", "Hunan"): (("长沙", "Changsha", 28.23, 112.94),),
    ("广东", "Guangdong"): (
        ("广州", "Guangzhou", 23.13, 113.26),
        ("深圳", "Shenzhen", 22.54, 114.06),
        ("佛山", "Foshan", 23.02, 113.12),
        ("东莞", "Dongguan", 23.02, 113.75),
        ("珠海", "Zhuhai", 22.27, 113.58),
        ("中山", "Zhongshan", 22.52, 113.39),
        ("惠州", "Huizhou", 23.11, 114.42),
        ("汕头", "Shantou", 23.35, 116.68),
    ),
    ("广西", "Guangxi"): (("南宁", "Nanning", 22.82, 108.37), ("桂林", "Guilin", 25.27, 110.29)),
    ("海南", "Hainan"): (("海口", "Haikou", 20.04, 110.20), ("三亚", "Sanya", 18.25, 109.51)),
    ("四川", "Sichuan"): (("成都", "Chengdu", 30.57, 104.07), ("绵阳", "Mianyang", 31.47, 104.68)),
    ("贵州", "Guizhou"): (("贵阳", "Guiyang", 26.65, 106.63),),
    ("云南", "Yunnan"): (("昆明", "Kunming", 25.04, 102.71),),
    ("西藏", "Tibet"): (("拉萨", "Lhasa", 29.65, 91.13),),
    ("陕西", "Shaanxi"): (("西安", "Xi'an", 34.34, 108.94),),
    ("甘肃", "Gansu"): (("兰州", "Lanzhou", 36.06, 103.83),),
    ("青海", "Qinghai"): (("西宁", "Xining", 36.62, 101.78),),
    ("宁夏", "Ningxia"): (("银川", "Yinchuan", 38.49, 106.23),),
    ("新疆", "Xinjiang"): (("乌鲁木齐", "Ürümqi", 43.83, 87.62), ("喀什", "Kashgar", 39.47, 75.99)),
    ("香港", "Hong Kong"): (("香港", "Hong Kong", 22.32, 114.17),),
    ("澳门", "Macao"): (("澳门", "Macao", 22.20, 113.55),),
    ("阿拉木图州", "Almaty Region"): (("阿拉木图", "Almaty", 43.24, 76.89),),
    ("阿克莫拉州", "Akmola"): (("阿斯塔纳", "Astana", 51.17, 71.43),),
    ("奇姆肯特", "Shymkent"): (("奇姆肯特", "Shymkent", 42.32, 69.60),),
    ("楚河州", "Chüy"): (("比什凯克", "Bishkek", 42.87, 74.59),),
}

_SPOKEN_LONG = 60
_PROVINCE_ENDING = re.compile(r"^(?:省|市|壮族自治区|维吾尔自治区|回族自治区|自治区|特别行政区)")
_WORDS = re.compile(r"[a-z]+")
_APOSTROPHES = re.compile(r"['’`]")


def all_places() -> list[Place]:
    """Every city of the table."""
    return list(_places())


@cache
def _places() -> tuple[Place, ...]:
    return tuple(
        Place(province, province_en, city, city_en, latitude, longitude)
        for (province, province_en), cities in _CITIES.items()
        for city, city_en, latitude, longitude in cities
    )


@cache
def _provinces() -> tuple[Place, ...]:
    """Each province as one place; a municipality is its city."""
    capitals = {place.province: place for place in reversed(_places())}
    return tuple(_as_province(capitals[province]) for province, _ in _CITIES)


def _as_province(capital: Place) -> Place:
    if capital.province == capital.city:
        return capital
    return Place(capital.province, capital.province_en, "", "", capital.latitude, capital.longitude)


def locate(text: str) -> Place | None:
    """The city a text names: 上海, 上海市, Shanghai, 江苏省苏州市工业园区, Suzhou (Jiangsu). ``None`` if unknown.

    A province alone gives the province. What stands first counts: 南京市北京东路 is in 南京.
    """
    written = fold(text)[:_SPOKEN_LONG]
    found = _locate_chinese(written) if has_cjk(written) else None
    return found if found and found.city else _locate_latin(written) or found


def _locate_chinese(text: str) -> Place | None:
    text = "".join(text.split())
    province = next((each for each in _provinces() if text.startswith(each.province)), None)
    if province is None:
        return _first_city(text)
    if province.city:
        return province
    rest = _PROVINCE_ENDING.sub("", text.removeprefix(province.province))
    return _first_city(rest, province.province) or province


def _first_city(text: str, province: str = "") -> Place | None:
    found = [
        (text.index(place.city), -len(place.city), place)
        for place in _places()
        if place.city in text and province in ("", place.province)
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def _locate_latin(text: str) -> Place | None:
    words = _plain_words(text)
    if not words:
        return None
    padded = f" {' '.join(words)} "
    return _first_named(padded, _latin_names(cities=True)) or _first_named(padded, _latin_names(cities=False))


def _first_named(padded: str, names: tuple[tuple[str, Place], ...]) -> Place | None:
    found = [(padded.index(name), -len(name), place) for name, place in names if name in padded]
    return min(found, key=lambda each: each[:2])[2] if found else None


@cache
def _latin_names(*, cities: bool) -> tuple[tuple[str, Place], ...]:
    places = _places() if cities else _provinces()
    return tuple((f" {' '.join(words)} ", place) for place in places for words in _latin_spellings(place, cities))


def _latin_spellings(place: Place, is_city: bool) -> Iterator[list[str]]:
    words = _plain_words(place.city_en if is_city else place.province_en)
    yield words
    if len(words) > 1:
        yield ["".join(words)]


def _plain_words(text: str) -> list[str]:
    """Latin words without accents and apostrophes: Ürümqi is urumqi, Xi'an is xian."""
    bare = unicodedata.normalize("NFD", _APOSTROPHES.sub("", text)).encode("ascii", "ignore").decode()
    return _WORDS.findall(bare.lower())
