"""The demo's manufacturer, three regions and twenty-four dealers in real cities, with their opening hours."""

from __future__ import annotations

from dataclasses import dataclass

from vinloop.kernel.models import Calendar, CalendarException, Organisation
from vinloop.network.models import DealerProfile, Territory
from vinloop.network.places import Place, locate
from vinloop.site.demo.numbers import dealer_phone, make_public_facts
from vinloop.vehicles.models import Brand

ROOT_CODE = "yuanhang"
REGIONS = (
    ("east", "华东大区", "East China"),
    ("south", "华南大区", "South China"),
    ("west", "新疆及中亚大区", "West & Central Asia"),
)
BOTH, AURORA, VELA = ("aurora", "vela"), ("aurora",), ("vela",)


@dataclass(frozen=True, slots=True)
class DealerSpec:
    """A dealer of the demo. ``size`` scales its share of leads and its capacity."""

    code: str
    region: str
    city: str
    name: str
    name_en: str
    street: str
    street_en: str
    size: float = 1.0
    brands: tuple[str, ...] = BOTH
    shift: tuple[float, float] = (0.0, 0.0)


DEALERS: tuple[DealerSpec, ...] = (
    DealerSpec(
        "sha01", "east", "上海", "上海申新汽车", "Shanghai Shenxin Motors", "沪太路 1800 号", "1800 Hutai Rd", 1.6
    ),
    DealerSpec(
        "sha02",
        "east",
        "上海",
        "上海浦东远航",
        "Shanghai Pudong Yuanhang",
        "龙东大道 990 号",
        "990 Longdong Ave",
        1.4,
        shift=(-0.02, 0.14),
    ),
    DealerSpec(
        "sha03",
        "east",
        "上海",
        "上海虹桥帆星中心",
        "Vela Centre Hongqiao",
        "吴中路 1366 号",
        "1366 Wuzhong Rd",
        0.9,
        VELA,
        (-0.04, -0.09),
    ),
    DealerSpec(
        "nkg01", "east", "南京", "南京钟山远航", "Nanjing Zhongshan Motors", "应天大街 618 号", "618 Yingtian St", 1.1
    ),
    DealerSpec(
        "suz01", "east", "苏州", "苏州金鸡湖汽车", "Suzhou Jinji Lake Motors", "星湖街 328 号", "328 Xinghu St", 1.2
    ),
    DealerSpec("wux01", "east", "无锡", "无锡太湖远航", "Wuxi Taihu Motors", "金城路 77 号", "77 Jincheng Rd", 0.8),
    DealerSpec(
        "hgh01", "east", "杭州", "杭州西溪汽车", "Hangzhou Xixi Motors", "文一西路 960 号", "960 Wenyi West Rd", 1.3
    ),
    DealerSpec(
        "hgh02",
        "east",
        "杭州",
        "杭州滨江帆星中心",
        "Vela Centre Binjiang",
        "江南大道 588 号",
        "588 Jiangnan Ave",
        0.8,
        VELA,
        (-0.07, 0.05),
    ),
    DealerSpec(
        "ngb01", "east", "宁波", "宁波甬江远航", "Ningbo Yongjiang Motors", "环城北路 211 号", "211 Huancheng N Rd", 0.9
    ),
    DealerSpec(
        "hfe01", "east", "合肥", "合肥滨湖汽车", "Hefei Binhu Motors", "徽州大道 1388 号", "1388 Huizhou Ave", 0.8
    ),
    DealerSpec(
        "can01",
        "south",
        "广州",
        "广州珠江远航",
        "Guangzhou Pearl River Motors",
        "黄埔大道西 505 号",
        "505 Huangpu Ave W",
        1.5,
    ),
    DealerSpec(
        "can02",
        "south",
        "广州",
        "广州白云曙光",
        "Aurora Baiyun",
        "机场路 1200 号",
        "1200 Airport Rd",
        0.9,
        AURORA,
        (0.06, 0.0),
    ),
    DealerSpec(
        "szx01", "south", "深圳", "深圳前海汽车", "Shenzhen Qianhai Motors", "深南大道 9668 号", "9668 Shennan Ave", 1.5
    ),
    DealerSpec(
        "szx02",
        "south",
        "深圳",
        "深圳龙岗帆星中心",
        "Vela Centre Longgang",
        "龙翔大道 2188 号",
        "2188 Longxiang Ave",
        0.9,
        VELA,
        (0.18, 0.19),
    ),
    DealerSpec(
        "fsn01", "south", "佛山", "佛山岭南远航", "Foshan Lingnan Motors", "季华五路 33 号", "33 Jihua 5th Rd", 0.8
    ),
    DealerSpec(
        "dgg01",
        "south",
        "东莞",
        "东莞松山湖汽车",
        "Dongguan Songshan Lake Motors",
        "新城大道 12 号",
        "12 Xincheng Ave",
        0.8,
    ),
    DealerSpec(
        "xmn01", "south", "厦门", "厦门鹭岛远航", "Xiamen Egret Island Motors", "湖里大道 88 号", "88 Huli Ave", 0.8
    ),
    DealerSpec(
        "foc01", "south", "福州", "福州闽江汽车", "Fuzhou Minjiang Motors", "福飞路 166 号", "166 Fufei Rd", 0.7
    ),
    DealerSpec(
        "urc01",
        "west",
        "乌鲁木齐",
        "乌鲁木齐天山远航",
        "Ürümqi Tianshan Motors",
        "北京南路 416 号",
        "416 Beijing South Rd",
        0.9,
    ),
    DealerSpec(
        "khg01", "west", "喀什", "喀什丝路汽车", "Kashgar Silk Road Motors", "人民西路 20 号", "20 Renmin West Rd", 0.5
    ),
    DealerSpec("ala01", "west", "阿拉木图", "阿拉木图远航", "Almaty Auto House", "阿拜大街 52 号", "52 Abai Ave", 0.9),
    DealerSpec(
        "nqz01", "west", "阿斯塔纳", "阿斯塔纳远航", "Astana Yuanhang", "曼吉利克大街 10 号", "10 Mangilik El Ave", 0.6
    ),
    DealerSpec(
        "cit01", "west", "奇姆肯特", "奇姆肯特汽车", "Shymkent Motors", "塔乌克汗大街 4 号", "4 Tauke Khan Ave", 0.4
    ),
    DealerSpec(
        "fru01", "west", "比什凯克", "比什凯克远航", "Bishkek Yuanhang", "楚河大街 120 号", "120 Chüy Ave", 0.4, AURORA
    ),
)
ABROAD = frozenset({"ala01", "nqz01", "cit01", "fru01"})
_GROUND = {
    "sha01": (("上海", "上海"),),
    "sha02": (("上海", "上海"),),
    "sha03": (("上海", "上海"),),
    "nkg01": (("江苏", "南京"), ("江苏", "徐州")),
    "suz01": (("江苏", "苏州"), ("江苏", "南通")),
    "wux01": (("江苏", "无锡"), ("江苏", "常州")),
    "hgh01": (("浙江", "杭州"), ("浙江", "绍兴")),
    "hgh02": (("浙江", "杭州"), ("浙江", "嘉兴")),
    "ngb01": (("浙江", "宁波"), ("浙江", "温州")),
    "hfe01": (("安徽", ""),),
    "can01": (("广东", "广州"), ("广东", "中山")),
    "can02": (("广东", "广州"),),
    "szx01": (("广东", "深圳"),),
    "szx02": (("广东", "深圳"), ("广东", "惠州")),
    "fsn01": (("广东", "佛山"),),
    "dgg01": (("广东", "东莞"),),
    "xmn01": (("福建", "厦门"), ("福建", "泉州")),
    "foc01": (("福建", "福州"),),
    "urc01": (("新疆", ""),),
    "khg01": (("新疆", "喀什"),),
    "ala01": (("阿拉木图州", ""),),
    "nqz01": (("阿克莫拉州", ""),),
    "cit01": (("奇姆肯特", ""),),
    "fru01": (("楚河州", ""),),
}


def make_organisations(year: int) -> dict[str, Organisation]:
    """Write the tree with its calendars and profiles; answers the organisations by code."""
    hours = _calendars(year)
    root = _add(None, "manufacturer", ROOT_CODE, ("远航汽车", "Yuanhang Motors"), hours["cac"])
    make_public_facts(root)
    made = {ROOT_CODE: root}
    for code, name, name_en in REGIONS:
        calendar = hours["central-asia"] if code == "west" else hours["china"]
        made[code] = _add(root, "region", code, (name, name_en), calendar)
    brands = {brand.code: brand for brand in Brand.objects.filter(is_own=True)}
    for spec in DEALERS:
        own = hours["xinjiang"] if spec.code in ("urc01", "khg01") else None
        made[spec.code] = _add(made[spec.region], "dealer", spec.code, (spec.name, spec.name_en), own)
        if spec.code in ABROAD:
            Organisation.objects.filter(pk=made[spec.code].pk).update(timezone="Asia/Almaty")
        _describe(made[spec.code], spec, [brands[code] for code in spec.brands])
    return made


def _add(
    parent: Organisation | None, kind: str, code: str, names: tuple[str, str], calendar: Calendar | None
) -> Organisation:
    made = Organisation.objects.create(
        kind=kind, code=code, name=names[0], name_en=names[1], parent=parent, path="/", calendar=calendar
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def place_of(spec: DealerSpec) -> Place:
    """Where a dealer of the demo is. Every city of the demo is in the table of places."""
    place = locate(spec.city)
    if place is None:
        raise LookupError(spec.city)
    return place


def _describe(organisation: Organisation, spec: DealerSpec, brands: list[Brand]) -> None:
    place = place_of(spec)
    profile = DealerProfile.objects.create(
        organisation=organisation,
        province=place.province,
        city=place.city,
        address=f"{place.city}{spec.street}",
        address_en=f"{spec.street_en}, {place.city_en}",
        phone=dealer_phone(spec.city, DEALERS.index(spec)),
        email=f"{spec.code}@dealers.example",
        latitude=place.latitude + spec.shift[0],
        longitude=place.longitude + spec.shift[1],
        lead_capacity=int(80 * spec.size),
        weight=1.1 if spec.size > 1.3 else 1.0,
    )
    profile.brands.set(brands)
    ground = [Territory(organisation=organisation, province=p, city=c) for p, c in _GROUND[spec.code]]
    Territory.objects.bulk_create(ground)


def _calendars(year: int) -> dict[str, Calendar]:
    week: list[list[list[int]]] = [[[540, 1080]]] * 5 + [[[540, 1140]]] * 2
    late: list[list[list[int]]] = [[[630, 1170]]] * 7
    almaty: list[list[list[int]]] = [[[540, 1140]]] * 6 + [[[600, 960]]]
    made = {
        "cac": _calendar("客户开发中心 CAC 08:00–20:00", "Asia/Shanghai", [[[480, 1200]]] * 7, ""),
        "china": _calendar("展厅 Showrooms China", "Asia/Shanghai", week, "CN", closes=False),
        "xinjiang": _calendar("展厅 Showrooms Xinjiang", "Asia/Shanghai", late, "CN", closes=False),
        "central-asia": _calendar("展厅 Showrooms Central Asia", "Asia/Almaty", almaty, "KZ"),
    }
    # Showrooms in China sell on most holidays and close for the first days of the lunar new year.
    closed = [(made[code], date) for code in ("china", "xinjiang") for date in _new_year_days(year)]
    CalendarException.objects.bulk_create(
        CalendarException(calendar=calendar, date=date, hours=[], note="春节 Spring Festival")
        for calendar, date in closed
    )
    return made


def _calendar(name: str, timezone: str, hours: list[list[list[int]]], country: str, *, closes: bool = True) -> Calendar:
    return Calendar.objects.create(
        name=name,
        timezone=timezone,
        weekly_hours=hours,
        holiday_country=country,
        closes_on_holidays=closes and bool(country),
    )


_NEW_YEAR = {2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-03"}


def _new_year_days(year: int) -> list[str]:
    firsts = [f"{each}-{_NEW_YEAR[each]}" for each in (year - 1, year, year + 1) if each in _NEW_YEAR]
    return [f"{first[:8]}{int(first[8:]) + day:02d}" for first in firsts for day in range(2)]
