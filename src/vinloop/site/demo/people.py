"""Invented people: names in common use, numbers from blocks nobody has, addresses at example domains."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pypinyin import lazy_pinyin

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶"
    "程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊孟秦白江阎薛尹段雷龙黎史陶贺顾毛郝龚邵万钱严"
)
_MALE = (
    "建国",
    "伟",
    "强",
    "磊",
    "军",
    "勇",
    "杰",
    "涛",
    "明",
    "超",
    "浩然",
    "子轩",
    "宇航",
    "俊杰",
    "志强",
    "文博",
    "嘉豪",
    "思远",
    "鹏飞",
    "海涛",
    "振华",
    "立新",
    "晓东",
    "国栋",
    "泽宇",
    "一鸣",
    "承志",
    "家辉",
    "天佑",
    "永康",
)
_FEMALE = (
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "艳",
    "婷",
    "雪",
    "慧",
    "颖",
    "子涵",
    "欣怡",
    "梓萱",
    "雨桐",
    "诗涵",
    "佳怡",
    "晓燕",
    "思琪",
    "梦洁",
    "雅婷",
    "丽娟",
    "玉兰",
    "海燕",
    "秀英",
    "可欣",
    "若曦",
    "语嫣",
    "嘉怡",
    "文静",
    "春梅",
)
_GIVEN_EN = (
    "James",
    "Emma",
    "Oliver",
    "Sophia",
    "Daniel",
    "Laura",
    "Thomas",
    "Julia",
    "Peter",
    "Hannah",
    "Mark",
    "Clara",
    "Paul",
    "Irene",
    "Martin",
    "Alice",
    "Simon",
    "Nora",
    "Felix",
    "Eva",
)
_SURNAME_EN = (
    "Hart",
    "Weber",
    "Rossi",
    "Keller",
    "Brooks",
    "Novak",
    "Lindqvist",
    "Moreau",
    "Fischer",
    "Hughes",
    "Santos",
    "Becker",
    "Larsen",
    "Dubois",
    "Hayes",
    "Conti",
    "Sommer",
    "Walsh",
    "Meyer",
    "Grant",
)
_GIVEN_KZ = (
    ("Aidar", "m"),
    ("Nurlan", "m"),
    ("Yerlan", "m"),
    ("Timur", "m"),
    ("Daniyar", "m"),
    ("Arman", "m"),
    ("Aigerim", "f"),
    ("Dana", "f"),
    ("Madina", "f"),
    ("Saule", "f"),
    ("Zarina", "f"),
    ("Kamila", "f"),
)
_SURNAME_KZ = ("Akhmetov", "Omarov", "Suleimenov", "Kassymov", "Iskakov", "Bekov", "Zhumabayev", "Sadykov", "Nurpeisov")
_COMPANIES = ("物流有限公司", "商贸有限公司", "科技有限公司", "建筑工程有限公司", "汽车租赁有限公司")
_COMPANY_WORDS = ("远达", "恒通", "华瑞", "新锐", "众合", "金桥", "鼎盛", "安信", "博创", "天成")


@dataclass(frozen=True, slots=True)
class Someone:
    """An invented customer. One of phone and e-mail may be empty."""

    name: str
    kind: str
    gender: str
    phone: str
    email: str
    language: str


class Crowd:
    """Makes people one after the other; every number is given out once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._chinese = rng.sample(range(10_000), 10_000)
        self._overseas = list(range(100))
        self._kazakh = rng.sample(range(10_000), 10_000)

    def someone(self, country: str) -> Someone:
        """A customer who lives in ``country`` (CN, KZ)."""
        draw = self._rng.random()
        if country == "KZ":
            return self._kazakh_person()
        if draw < 0.03 and self._overseas:
            return self._western_person()
        return self._company() if draw < 0.06 else self._chinese_person()

    def colleague(self, country: str, *, is_male: bool | None = None) -> tuple[str, str]:
        """A member of staff: the name as written there, and in Latin letters."""
        if country == "KZ":
            name, _ = self._kazakh_name()
            return name, name
        name, _ = self._chinese_name(is_male)
        return name, latin_name(name)

    def _chinese_person(self) -> Someone:
        name, gender = self._chinese_name()
        phone = self._chinese_number()
        email = self._mail(latin_name(name)) if self._rng.random() < 0.3 else ""
        return Someone(name, "person", gender, phone, email, "zh-hans")

    def _chinese_name(self, is_male: bool | None = None) -> tuple[str, str]:
        male = self._rng.random() < 0.62 if is_male is None else is_male
        given = self._rng.choice(_MALE if male else _FEMALE)
        return self._rng.choice(_SURNAMES) + given, "male" if male else "female"

    def _chinese_number(self) -> str:
        return f"+861300000{self._chinese.pop():04d}"

    def _company(self) -> Someone:
        name = self._rng.choice(_COMPANY_WORDS) + self._rng.choice(_COMPANIES)
        return Someone(name, "company", "", self._chinese_number(), self._mail(latin_name(name)[:20]), "zh-hans")

    def _western_person(self) -> Someone:
        name = f"{self._rng.choice(_GIVEN_EN)} {self._rng.choice(_SURNAME_EN)}"
        return Someone(name, "person", "", f"+120255501{self._overseas.pop():02d}", self._mail(name), "en")

    def _kazakh_person(self) -> Someone:
        name, gender = self._kazakh_name()
        email = self._mail(name) if self._rng.random() < 0.5 else ""
        return Someone(name, "person", gender, f"+7701000{self._kazakh.pop():04d}", email, "en")

    def _kazakh_name(self) -> tuple[str, str]:
        given, sex = self._rng.choice(_GIVEN_KZ)
        surname = self._rng.choice(_SURNAME_KZ)
        return f"{given} {surname}{'a' if sex == 'f' else ''}", "male" if sex == "m" else "female"

    def _mail(self, name: str) -> str:
        return f"{'.'.join(name.lower().split())}{self._rng.randrange(10, 1000)}@example.com"


def latin_name(name: str) -> str:
    """Given name first, as Chinese colleagues sign in English: 王建国 is Jianguo Wang."""
    surname, *given = lazy_pinyin(name)
    return f"{''.join(given).capitalize()} {surname.capitalize()}"
