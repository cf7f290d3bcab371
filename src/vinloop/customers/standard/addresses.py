"""Addresses: from what people write to division, street, estate, building and room.

Chinese addresses run from the large to the small and leave out what everybody there knows; Western ones run from
the small to the large. Both become the same parts, so that two spellings of one flat compare equal.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from vinloop.customers.standard.divisions import Division, divisions, divisions_ahead
from vinloop.kernel.identifiers import fold, has_cjk

_GAPS = re.compile(r"[\s,，、;；]+")
_ROADS = "大道|大街|马路|公路|胡同|路|街|道|巷|里弄"
_ROAD_AHEAD = re.compile(rf"[东西南北中一二三四五六七八九十]?(?:{_ROADS})")
_STREET = re.compile(
    rf"(?P<street>[^\d\s-]{{1,14}}?(?:{_ROADS})[东西南北中]?(?:段)?)(?P<number>\d+)?(?P<sign>弄|号院|号(?!楼))?"
)
_ZONE = re.compile(
    r"^[^\d路街道]{2,14}?(?:经济技术开发区|高新技术产业开发区|开发区|产业园区|园区|产业园|新区|管理区|示范区|开发(?=[^区]|$))"
)
_NUMBER = re.compile(r"\d+")
_ESTATE = re.compile(r"^[^\d]{2,20}?(?=\d)|^[^\d]{2,20}$")
_NOISE = re.compile(r"[#()\[\]（）第号楼栋幢座单元室户房层-]+$")
_LATIN_NUMBER = re.compile(r"^(?:(?:unit|flat|apt\.?|apartment|suite)\s*)?(\d+[a-z]?)(?:\s*/\s*(\d+[a-z]?))?\s+(.+)$")
_LATIN_WORDS = {
    "street": "st", "road": "rd", "avenue": "ave", "place": "pl", "court": "ct", "crescent": "cres", "drive": "dr",
    "circuit": "cct", "close": "cl", "lane": "ln", "terrace": "tce", "highway": "hwy", "parade": "pde", "square": "sq",
}  # fmt: skip


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an address that can be compared; each empty when it was not written."""

    province: str = ""
    city: str = ""
    county: str = ""
    code: str = ""
    street: str = ""
    number: str = ""
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    postcode: str = ""

    @property
    def door(self) -> str:
        """Building and room, which every way of writing a flat agrees on; empty when one is missing."""
        return f"{self.building}|{self.room}" if self.building and self.room else ""

    @property
    def house(self) -> str:
        """Street and house number; empty when one is missing."""
        return f"{self.street}|{self.number}" if self.street and self.number else ""


@lru_cache(maxsize=20_000)
def parse_address(text: str) -> Address:
    """The parts of an address written in one field; what cannot be told apart is left out."""
    value = fold(text)
    if not value:
        return Address()
    return _chinese(_GAPS.sub("", value)) if has_cjk(value) else _latin(value)


def _chinese(text: str) -> Address:
    places, rest = _places(text)
    named = {place.level: place for place in places}
    zone = _ZONE.match(rest)
    county = named[3].name if 3 in named else ""
    if zone and 3 not in named:
        county, rest = zone[0], rest[zone.end() :]
    street, number, rest = _street(rest)
    estate, building, unit, room = _door(rest)
    return Address(
        province=named[1].name if 1 in named else "",
        city=named[2].name if 2 in named else "",
        county=county,
        code=places[-1].code if places else "",
        street=street,
        number=number,
        estate=estate,
        building=building,
        unit=unit,
        room=room,
    )


def _places(text: str) -> tuple[list[Division], str]:
    """The divisions the text begins with, from the large to the small, completed upwards; and what follows."""
    chain: list[Division] = []
    rest = text
    while len(chain) < 3:
        found = _next_place(rest, chain[-1] if chain else None)
        if found is None:
            break
        place, length = found
        chain.append(place)
        rest = rest[length:]
    return _completed(chain), rest


def _next_place(text: str, within: Division | None) -> tuple[Division, int] | None:
    for length, candidates in divisions_ahead(text):
        fitting = [place for place in candidates if within is None or (within.holds(place) and place != within)]
        for place in fitting:
            if place.name == text[:length] or _short_is_meant(place, text[length:], within):
                return place, length
    return None


def _short_is_meant(place: Division, rest: str, within: Division | None) -> bool:
    """A short name is a place when a place within it follows, or within a known place when no street is meant."""
    if _next_full(rest, place):
        return True
    return (within is not None or place.level == 1) and not _ROAD_AHEAD.match(rest)


def _next_full(text: str, within: Division) -> bool:
    return any(within.holds(place) and place != within for _length, places in divisions_ahead(text) for place in places)


def _completed(chain: list[Division]) -> list[Division]:
    """The chain with the divisions above its last one, as today's table has them."""
    if not chain:
        return []
    last, table = chain[-1], divisions()
    codes = dict.fromkeys((last.code[:2] + "0000", last.code[:4] + "00", last.code))
    return [table[code] for code in codes if code in table]


def _street(text: str) -> tuple[str, str, str]:
    match = _STREET.match(text)
    if match is None:
        return "", "", text
    number = match["number"] if match["sign"] else None
    if match["number"] and not match["sign"]:
        return match["street"], match["number"], text[match.end() :]
    return match["street"], number or "", text[match.end() :]


def _door(text: str) -> tuple[str, str, str, str]:
    match = _ESTATE.match(text)
    estate = _NOISE.sub("", match[0]) if match else ""
    numbers = _NUMBER.findall(text[match.end() :] if match else text)
    if len(numbers) >= 3:
        return estate, numbers[0], numbers[1], numbers[2]
    if len(numbers) == 2:
        return estate, numbers[0], "", numbers[1]
    return estate, numbers[0] if numbers else "", "", ""


def _latin(text: str) -> Address:
    first, *rest = [part.strip() for part in text.casefold().split(",") if part.strip()] or [""]
    match = _LATIN_NUMBER.match(first)
    street = latin_street(match[3] if match else first)
    number = (match[2] or match[1]) if match else ""
    return Address(street=street, number=number, city=rest[0] if rest else "")


def latin_street(text: str) -> str:
    """A Western street in one spelling: lower case, the usual short words."""
    words = fold(text).casefold().replace(".", " ").split()
    return " ".join(_LATIN_WORDS.get(word, word) for word in words)
