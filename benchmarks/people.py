"""Made-up customers of many Chinese dealers, and who each really is: ``python -m benchmarks.people --help``.

The check that matching was not fitted to one file: other names, streets, habits and slips than any sample has, as many
as wanted, the same for the same seed. Households share phones and flats, firms have fleets and drivers, cars change
hands, numbers are given up and handed out again, namesakes live in one district. Nobody in here exists: districts in
identity numbers do not, mail domains are reserved ones.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from vinloop.customers.standard.divisions import Division, divisions

SURNAMES = (
    "王李张刘陈杨赵周吴孙朱马胡林何高梁罗郑谢韩唐冯于程曹许邓萧曾彭吕苏卢蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申"
    "尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容")
MALE = (
    "伟强磊军勇杰涛超明刚平辉鹏飞斌浩宇波凯健俊帆博文轩昊志建国庆林海东峰亮宏毅晨阳睿航泽豪鑫瑞诚松柏岩川立新永康德厚"
)
FEMALE = "芳娜敏静丽艳娟霞秀玲燕萍红玉兰英梅琳雪婷倩颖洁莉佳欣怡慧琴蓉薇悦涵梦瑶诗雅菲彤璐珊茜岚蕾莹晶媛淑桂凤月荷嘉琪"
STREETS = (
    "文昌街", "迎宾大道", "滨湖路", "工农路", "青年路", "环城西路", "体育场路", "望江路", "凤凰大街", "兴业街",
    "新华街", "劳动路", "湖滨南路", "胜利街", "光明大道", "花园路", "育才巷", "龙山路", "双桥街", "南门大街",
    "友谊路", "机场路", "云岭路", "桃源街", "中兴路", "梧桐巷", "天府大道", "钟楼街", "红旗大街", "月亮湾路",
)  # fmt: skip
ESTATES = (
    "碧水湾", "紫荆苑", "和谐家园", "香榭里", "中央公馆", "枫林绿洲", "书香门第", "丽景花城", "海棠苑", "星河湾",
    "山水文园", "龙泽园", "银杏苑", "北辰新居", "城市之光", "芳草地", "凯旋城", "玫瑰园", "秀水家园", "蓝山郡",
    "国际花都", "天鹅堡",
)  # fmt: skip
TOWNS = ("城关镇", "太平镇", "石桥镇", "龙潭乡", "双河镇", "柳林镇", "白马乡", "新店镇")
VILLAGES = ("李家村", "东庄村", "桃花村", "河口村", "新民村", "上坪村", "大湾村", "杏树村")
TRADES = ("建材", "汽车租赁", "物流", "装饰工程", "食品", "电子科技", "农业发展", "运输", "医疗器械", "园林绿化")
BRANDS = (
    "恒通",
    "瑞祥",
    "金桥",
    "天泽",
    "华顺",
    "博远",
    "新源",
    "东晟",
    "百合",
    "鼎力",
    "兴达",
    "安捷",
    "汇丰源",
    "万里行",
)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
PREFIXES = (
    "130",
    "131",
    "133",
    "135",
    "136",
    "138",
    "139",
    "150",
    "152",
    "158",
    "166",
    "173",
    "180",
    "186",
    "189",
    "191",
)
MAKERS = ("LSV", "LFV", "LGB", "LHG", "LVG", "LBE", "LSG", "LDC", "LGX", "LS5", "WBA", "LRW")
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PROVINCE_LETTERS = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑", "31": "沪",
    "32": "苏", "33": "浙", "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫", "42": "鄂", "43": "湘",
    "44": "粤", "45": "桂", "46": "琼", "50": "渝", "51": "川", "52": "贵", "53": "云", "54": "藏", "61": "陕",
    "62": "甘", "63": "青", "64": "宁", "65": "新",
}  # fmt: skip
RECORDS_EACH = ((1, 40), (2, 26), (3, 14), (4, 9), (5, 5), (6, 3), (7, 1.5), (8, 1), (9, 0.5))
STORIES = (
    ("single", 52), ("couple", 18), ("parent_and_child", 5), ("firm", 5), ("used_car", 12), ("namesakes", 4),
    ("number_reused", 4),
)  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.net", "example.org", "mail.example.cn")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Home:
    """A flat in an estate, or a house in a village (``estate`` empty)."""

    county: Division
    street: str
    number: int
    estate: str
    building: int
    unit: int
    room: int


@dataclass(frozen=True, slots=True)
class Car:
    """A car with its plate."""

    vin: str
    plate: str


@dataclass(slots=True)
class Party:
    """One real person or firm. ``entity`` is the truth; of several phones, homes and cars a record shows one."""

    entity: str
    surname: str
    given: str
    gender: str
    birth: date
    phones: list[str]
    email: str
    id_number: str
    homes: list[Home]
    cars: list[Car]
    is_firm: bool = False

    @property
    def name(self) -> str:
        """The whole name."""
        return self.surname + self.given


class Writer(Protocol):
    """Who writes parties down."""

    def rows(self, party: Party, count: int) -> Iterator[dict[str, str]]:
        """So many records about one party."""
        ...


@dataclass(slots=True)
class World:
    """Makes parties, story by story."""

    rng: random.Random
    count: int = 0
    _surnames: list[str] = field(default_factory=list)
    _weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._surnames = [*dict.fromkeys(SURNAMES), *DOUBLE_SURNAMES]
        self._weights = [1 / (rank + 6) for rank in range(len(self._surnames))]

    def story(self) -> list[Party]:
        """The parties of one story."""
        kind = self.rng.choices([name for name, _ in STORIES], [weight for _, weight in STORIES])[0]
        made: list[Party] = getattr(self, f"_{kind}")()
        return made

    def person(self, county: Division | None = None, surname: str = "") -> Party:
        """A person with all that can be known of one."""
        rng = self.rng
        place = county or rng.choice(counties())
        gender = rng.choice("MF")
        born = date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))
        surname = surname or rng.choices(self._surnames, self._weights)[0]
        given = "".join(rng.choice(MALE if gender == "M" else FEMALE) for _ in range(rng.choice((1, 2, 2, 2))))
        self.count += 1
        return Party(
            entity=f"P{self.count:07d}",
            surname=surname,
            given=given,
            gender=gender,
            birth=born,
            phones=[self.phone() for _ in range(rng.choice((1, 1, 1, 2)))],
            email=f"u{rng.randrange(10**7):07d}.{rng.choice(('qi', 'lan', 'hai', 'yun', 'shan'))}@"
            + rng.choice(MAIL_DOMAINS),
            id_number=id_number(rng, place, born, gender),
            homes=[self.home(place) for _ in range(rng.choice((1, 1, 1, 1, 2)))],
            cars=[self.car(place) for _ in range(rng.choice((1, 1, 1, 2)))],
        )

    def phone(self) -> str:
        """A mobile number."""
        return self.rng.choice(PREFIXES) + f"{self.rng.randrange(10**8):08d}"

    def home(self, county: Division) -> Home:
        """Nine of ten live in an estate."""
        rng = self.rng
        room = rng.randrange(1, 31) * 100 + rng.randrange(1, 5)
        if rng.random() < 0.1:
            return Home(county, rng.choice(TOWNS) + rng.choice(VILLAGES), rng.randrange(1, 200), "", 0, 0, 0)
        street, estate = rng.choice(STREETS), rng.choice(ESTATES)
        return Home(county, street, rng.randrange(1, 900), estate, rng.randrange(1, 40), rng.randrange(1, 5), room)

    def car(self, county: Division) -> Car:
        """A new car."""
        return Car(vin(self.rng), plate(self.rng, county))

    def _single(self) -> list[Party]:
        return [self.person()]

    def _couple(self) -> list[Party]:
        one, two = self.person(), self.person()
        two.phones = [one.phones[0], *two.phones[1:]] if self.rng.random() < 0.7 else two.phones
        two.homes, two.cars = one.homes, one.cars
        return [one, two]

    def _parent_and_child(self) -> list[Party]:
        one = self.person()
        two = self.person(one.homes[0].county, one.surname)
        two.phones = [one.phones[0]] if self.rng.random() < 0.5 else two.phones
        two.homes = one.homes if self.rng.random() < 0.6 else two.homes
        two.cars = [one.cars[0], *two.cars[1:]]
        return [one, two]

    def _firm(self) -> list[Party]:
        rng, driver = self.rng, self.person()
        county = driver.homes[0].county
        firm = self.person(county)
        firm.is_firm, firm.gender = True, ""
        firm.surname = divisions()[county.code[:4] + "00"].name if county.code[:4] + "00" in divisions() else ""
        firm.given = rng.choice(BRANDS) + rng.choice(("", "隆", "和", "嘉")) + rng.choice(TRADES) + rng.choice(FORMS)
        firm.cars = [self.car(county) for _ in range(rng.randrange(2, 9))]
        firm.id_number = ""
        firm.phones = [driver.phones[0] if rng.random() < 0.5 else self.phone()]
        driver.cars = [*driver.cars, rng.choice(firm.cars)]
        return [firm, driver]

    def _used_car(self) -> list[Party]:
        """The buyer keeps the VIN; the plate mostly changes."""
        one, two = self.person(), self.person()
        sold = one.cars[0]
        kept = self.rng.random() < 0.3
        two.cars = [sold if kept else Car(sold.vin, plate(self.rng, two.homes[0].county)), *two.cars[1:]]
        return [one, two]

    def _namesakes(self) -> list[Party]:
        one = self.person()
        two = self.person(one.homes[0].county, one.surname)
        two.given, two.gender = one.given, one.gender
        return [one, two]

    def _number_reused(self) -> list[Party]:
        one, two = self.person(), self.person()
        two.phones = [one.phones[0]]
        return [one, two]


def records(*, seed: int, count: int, noise: float = 1.0) -> Iterator[tuple[dict[str, str], str]]:
    """``count`` rows as dealers keep them with the entity each is about, in mixed order; the same for the same
    arguments. ``noise`` 1 is what lists look like, 0 a clean one, 2 a bad one.
    """
    from benchmarks.handwriting import Desks

    rng = random.Random(f"{seed}/{noise}")
    world, desks = World(rng), Desks(rng, noise)
    rows = list(_rows(world, desks, count))
    rng.shuffle(rows)
    for number, (row, entity) in enumerate(rows):
        row["编号"] = f"G{number:07d}"
        yield row, entity


def _rows(world: World, desks: Writer, count: int) -> Iterator[tuple[dict[str, str], str]]:
    sizes, weights = zip(*RECORDS_EACH, strict=True)
    made = 0
    while made < count:
        for party in world.story():
            for row in desks.rows(party, world.rng.choices(sizes, weights)[0]):
                if made < count:
                    made += 1
                    yield row, party.entity


@cache
def counties() -> tuple[Division, ...]:
    """The districts people live in: of prefectures only, as mailing lists write them."""
    table = divisions()
    return tuple(
        place
        for code, place in sorted(table.items())
        if place.level == 3 and code[:4] + "00" in table and code[:2] in PROVINCE_LETTERS
    )


def id_number(rng: random.Random, county: Division, born: date, gender: str) -> str:
    """A resident's number with the right check digit, of a district that does not exist."""
    order = rng.randrange(100) * 10 + rng.randrange(5) * 2 + (gender == "M")
    body = f"{county.code[:4]}99{born:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=True)) % 11]


def vin(rng: random.Random) -> str:
    """A VIN with its check digit; the last six are a serial number."""
    body = [*rng.choice(MAKERS), *rng.choices(VIN_LETTERS, k=5), "0", *rng.choices("ABCDEFGHJKLMNPR", k=2)]
    body += f"{rng.randrange(10**6):06d}"
    total = sum(int(VIN_VALUES.get(c, c)) * w for c, w in zip(body, VIN_WEIGHTS, strict=True))
    body[8] = "X" if total % 11 == 10 else str(total % 11)
    return "".join(body)


def plate(rng: random.Random, county: Division) -> str:
    """A plate of the district's province; one of six is a six-figure plate of an electric car."""
    head = PROVINCE_LETTERS[county.code[:2]] + rng.choice(PLATE_LETTERS[:8])
    if rng.random() < 1 / 6:
        return head + rng.choice("DF") + rng.choice(PLATE_LETTERS) + f"{rng.randrange(10**4):04d}"
    return head + "".join(rng.choice(PLATE_LETTERS + "0123456789") for _ in range(4)) + str(rng.randrange(10))


def write_files(folder: Path, *, seed: int, count: int, noise: float) -> tuple[Path, Path]:
    """``records.csv`` and ``truth.csv`` in a folder."""
    from benchmarks.handwriting import COLUMNS

    folder.mkdir(parents=True, exist_ok=True)
    data, truth = folder / "records.csv", folder / "truth.csv"
    with data.open("w", newline="", encoding="utf-8") as one, truth.open("w", newline="", encoding="utf-8") as two:
        writer, told = csv.DictWriter(one, COLUMNS), csv.writer(two)
        writer.writeheader()
        told.writerow(["record_id", "entity_id"])
        for row, entity in records(seed=seed, count=count, noise=noise):
            writer.writerow(row)
            told.writerow([row["编号"], entity])
    return data, truth


def main() -> None:
    """Write a data set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.people", description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args()
    print(*write_files(options.out, seed=options.seed, count=options.records, noise=options.noise), sep="\n")


if __name__ == "__main__":
    main()
