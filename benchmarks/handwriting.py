"""How dealers' desks write the people of ``benchmarks.people`` down: what they ask for, their habits, their slips."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin, pinyin

from benchmarks.people import FEMALE, MALE, Home, Party
from vinloop.customers.standard.divisions import divisions, short_name

COLUMNS = (
    "编号", "门店", "客户类型", "姓名", "性别", "手机号码",
    "证件号码", "电子邮箱", "联系地址", "车架号", "车牌号", "建档日期",
)  # fmt: skip
REMARKS = ("(老客户)", "（代步车）", "-送修人", "(微信)", "（儿子代办）", "/VIP")
CONFUSED = {"0": "O", "1": "I", "B": "8", "S": "5", "Z": "2", "G": "6"}
SHOWROOMS = 14


@dataclass(frozen=True, slots=True)
class Desk:
    """One place where records are made. The shares say how often it asks for something."""

    code: str
    phone: float
    address: float
    car: float
    identity: float
    email: float
    named: float
    phone_style: int
    home_style: int


class Desks:
    """Showrooms, workshops, the call centre, the web shop and the club."""

    def __init__(self, rng: random.Random, noise: float) -> None:
        self.rng, self.noise = rng, noise
        kinds = ((0.95, 0.9, 0.8, 0.35, 0.2, 0.97), (0.9, 0.6, 0.95, 0.05, 0.1, 0.93))
        self.desks = [
            Desk(f"S{n:03d}", *rng.choice(kinds), rng.randrange(5), rng.randrange(5)) for n in range(SHOWROOMS)
        ]
        self.desks += [
            Desk("HOTLINE", 0.97, 0.35, 0.3, 0.02, 0.1, 0.85, 0, 2),
            Desk("SHOP", 0.97, 0.85, 0.2, 0.0, 0.7, 0.97, 0, 0),
            Desk("CLUB", 0.93, 0.6, 0.9, 0.1, 0.6, 0.97, 1, 1),
        ]
        self.weights = [1.0] * SHOWROOMS + [1.2, 1.2, 1.5]

    def rows(self, party: Party, count: int) -> Iterator[dict[str, str]]:
        """So many records about one party, from whichever desks met it."""
        for desk in self.rng.choices(self.desks, self.weights, k=count):
            yield self._row(desk, party)

    def _row(self, desk: Desk, party: Party) -> dict[str, str]:
        rng = self.rng
        car = rng.choice(party.cars) if rng.random() < desk.car else None
        row = {
            "门店": desk.code,
            "客户类型": ("单位" if party.is_firm else "个人") if rng.random() < 0.6 else "",
            "姓名": self._firm(party) if party.is_firm else self._name(desk, party),
            "性别": self._gender(party),
            "手机号码": self._phones(desk, party) if rng.random() < desk.phone else "",
            "证件号码": self._identity(party) if rng.random() < desk.identity else "",
            "电子邮箱": self._email(party) if rng.random() < desk.email else "",
            "联系地址": self._address(desk, rng.choice(party.homes)) if rng.random() < desk.address else "",
            "车架号": self._vin(car.vin) if car and rng.random() < 0.8 else "",
            "车牌号": self._plate(car.plate) if car and rng.random() < 0.85 else "",
            "建档日期": (date(2014, 1, 1) + timedelta(days=rng.randrange(4_400))).isoformat(),
        }
        return row

    def _slips(self, share: float) -> bool:
        return self.rng.random() < share * self.noise

    def _name(self, desk: Desk, party: Party) -> str:
        rng = self.rng
        is_asked = rng.random() <= desk.named
        if not is_asked and self._slips(0.35):
            return ""
        if not is_asked or self._slips(0.05):
            return party.surname + ("先生" if party.gender == "M" else "女士")
        return self._pinyin(party) if self._slips(0.05) else self._dressed(party, self._written(party))

    def _written(self, party: Party) -> str:
        name = party.name
        if self._slips(0.03):
            name = _traditional().convert(name)
        if self._slips(0.025):
            name = self._homophone(party)
        return name[:-1] if len(party.given) == 2 and self._slips(0.012) else name

    def _dressed(self, party: Party, name: str) -> str:
        rng = self.rng
        if self._slips(0.06):
            return name + rng.choice(REMARKS)
        if self._slips(0.06):
            return rng.choice((f" {name}", " ".join(name), f"{name}　", f"{name}先生" if party.gender == "M" else name))
        return name

    def _pinyin(self, party: Party) -> str:
        surname, given = "".join(lazy_pinyin(party.surname)), "".join(lazy_pinyin(party.given))
        first, last = given.title(), surname.title()
        return self.rng.choice(
            (f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last}{first}".upper(), f"{last} {given}")
        )

    def _homophone(self, party: Party) -> str:
        at = self.rng.randrange(len(party.given))
        alike = _alike().get(lazy_pinyin(party.given[at])[0], ())
        others = [each for each in alike if each != party.given[at]]
        if not others:
            return party.name
        return party.surname + party.given[:at] + self.rng.choice(others) + party.given[at + 1 :]

    def _firm(self, party: Party) -> str:
        name = party.name
        if self._slips(0.15):
            name = party.given
        if self._slips(0.15):
            name = name.replace("股份有限公司", "公司").replace("有限责任公司", "公司").replace("有限公司", "公司")
        if self._slips(0.05):
            name += self.rng.choice(("(王经理)", "（车队）", " "))
        return name

    def _gender(self, party: Party) -> str:
        if party.is_firm or self.rng.random() < 0.4:
            return ""
        is_male = (party.gender == "M") != self._slips(0.008)
        return self.rng.choice(("男", "先生") if is_male else ("女", "女士"))

    def _phones(self, desk: Desk, party: Party) -> str:
        # Nine of ten times the number people use most.
        chosen = party.phones[0] if self.rng.random() < 0.8 else self.rng.choice(party.phones)
        if self._slips(0.02):
            chosen = self._mistyped(chosen, 3)
        if self._slips(0.012):
            return f"{chosen[:3]}****{chosen[-4:]}"
        if self._slips(0.008):
            return chosen[:-1]
        style = desk.phone_style if self.rng.random() < 0.7 else self.rng.randrange(5)
        text = (
            chosen,
            f"+86 {chosen}",
            f"{chosen[:3]} {chosen[3:7]} {chosen[7:]}",
            f"{chosen[:3]}-{chosen[3:7]}-{chosen[7:]}",
            f"086{chosen}" if self._slips(0.2) else f"86-{chosen}",
        )[style]
        others = [each for each in party.phones if each != chosen]
        return f"{text}{self.rng.choice(('/', ';', '、', ' '))}{others[0]}" if others and self._slips(0.2) else text

    def _identity(self, party: Party) -> str:
        number = party.id_number
        if not number:
            return ""
        if self._slips(0.03):
            number = self._mistyped(number[:-1], 8) + number[-1]
        if self.rng.random() < 0.25:
            return number[:6] + "*" * 8 + number[-4:]
        return number.lower() if self._slips(0.1) else number

    def _email(self, party: Party) -> str:
        if self._slips(0.03):
            at = self.rng.randrange(1, party.email.index("@"))
            return party.email[:at] + party.email[at + 1 :]
        return party.email.upper() if self._slips(0.04) else party.email

    def _address(self, desk: Desk, home: Home) -> str:
        rng = self.rng
        style = desk.home_style if rng.random() < 0.6 else rng.randrange(5)
        rest = self._flat(home, style) if home.estate else f"{home.street}{home.number}号"
        text = self._place(home) + rest
        if self._slips(0.03):
            text = text[: max(8, len(text) - rng.randrange(3, 9))]
        if self._slips(0.05):
            text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        return text

    def _flat(self, home: Home, style: int) -> str:
        road = f"{home.street}{home.number}号" if self.rng.random() > 0.2 * self.noise else ""
        block = (
            f"{home.building}栋{home.unit}单元{home.room}室",
            f"{home.building}-{home.unit}-{home.room}",
            f"{home.building}号楼{home.room}",
            f"{home.building}幢{home.unit}单元{home.room}",
            f"{home.building}座{home.room}室",
        )[style]
        estate = home.estate if not road or self.rng.random() > 0.15 * self.noise else ""
        return road + estate + block

    def _place(self, home: Home) -> str:
        table, code = divisions(), home.county.code
        province, city = table[code[:2] + "0000"].name, table[code[:4] + "00"].name
        form = self.rng.randrange(10)
        if form < 4:
            return province + city + home.county.name
        if form < 6:
            return f"{province} {city} {home.county.name} "
        if form < 8:
            return city + home.county.name
        if form == 8:
            return short_name(province) + short_name(city) + home.county.name
        return home.county.name

    def _vin(self, vin: str) -> str:
        if self._slips(0.1):
            return vin[-6:] if self.rng.random() < 0.5 else vin[-8:]
        if self._slips(0.03):
            at = self.rng.randrange(9, 17)
            vin = vin[:at] + self.rng.choice("0123456789") + vin[at + 1 :]
        if self._slips(0.03):
            vin = "".join(CONFUSED.get(c, c) if c in "01" else c for c in vin)
        return vin.lower() if self._slips(0.08) else vin

    def _plate(self, plate: str) -> str:
        if self._slips(0.015):
            plate = plate[:-1] + self.rng.choice("0123456789")
        if self._slips(0.01):
            return plate[1:]
        return self.rng.choice((plate, plate, f"{plate[:2]}·{plate[2:]}", f"{plate[:2]} {plate[2:]}", plate.lower()))

    def _mistyped(self, digits: str, start: int) -> str:
        at = self.rng.randrange(start, len(digits) - 1)
        if self.rng.random() < 0.4:
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return digits[:at] + self.rng.choice("0123456789") + digits[at + 1 :]


@cache
def _alike() -> dict[str, list[str]]:
    """Characters by their sound, of all that names are made of and some neighbours."""
    found: dict[str, list[str]] = {}
    for character in dict.fromkeys(MALE + FEMALE + "颍瑛樱敬婧丹蓓翠珠宾彬兵涵晗翰皓灏俐力利磊蕾垒伟玮炜维微娟涓丽莉"):
        for sound in pinyin(character, style=Style.NORMAL):
            found.setdefault(sound[0], []).append(character)
    return found


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")
