"""Vehicle identification numbers (ISO 3779:2009, ISO 3780 for the first three characters)."""

import re
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from vininfo.dicts import WMI

from vinloop.kernel.identifiers.text import fold

_LENGTH = 17
_WELL_FORMED = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_FILLERS = re.compile(r"[\s\-*._·]+")
_LABEL = re.compile(r"^(?:VIN(?:码|号)?|车架号)\s*[:#]?\s*", re.I)

# Transliteration and weights of the check digit: 49 CFR 565.15(c), GB 16735-2019 annex A.
_VALUES = {**{str(d): d for d in range(10)}, **dict(zip("ABCDEFGH", range(1, 9), strict=True))}
_VALUES |= dict(zip("JKLMN", range(1, 6), strict=True)) | {"P": 7, "R": 9}
_VALUES |= dict(zip("STUVWXYZ", range(2, 10), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

# Position 10: thirty letters and digits, without I O Q U Z 0; the cycle starts at 1980 and at 2010.
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 1980

# The makers the network meets every day, under the name its people use; the rest comes from vininfo.
_MANUFACTURERS = MappingProxyType(
    {
        "LSG": "SAIC-GM",
        "LSV": "SAIC Volkswagen",
        "LVV": "Chery",
        "LVT": "Chery",
        "LSJ": "SAIC Motor",
        "LFV": "FAW-Volkswagen",
        "LFP": "FAW Car",
        "LFM": "FAW Toyota",
        "LVG": "GAC Toyota",
        "LHG": "GAC Honda",
        "LVH": "Dongfeng Honda",
        "LGB": "Dongfeng Nissan",
        "LBV": "BMW Brilliance",
        "LBE": "Beijing Hyundai",
        "LE4": "Beijing Benz",
        "LGX": "BYD",
        "LC0": "BYD",
        "LGW": "Great Wall",
        "LB3": "Geely",
        "L6T": "Geely",
        "LS4": "Changan",
        "LS5": "Changan",
        "LVS": "Changan Ford",
        "LZW": "SAIC-GM-Wuling",
        "LRW": "Tesla Shanghai",
        "LJ1": "NIO",
        "LW4": "Li Auto",
        "L1N": "XPeng",
    }
)


@dataclass(frozen=True)
class Vin:
    """A well-formed vehicle identification number; whether it makes sense is told by its properties."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def wmi(self) -> str:
        """Positions 1-3: the maker (ISO 3780)."""
        return self.value[:3]

    @property
    def vds(self) -> str:
        """Positions 4-9: the kind of vehicle."""
        return self.value[3:9]

    @property
    def vis(self) -> str:
        """Positions 10-17: this one vehicle."""
        return self.value[9:]

    @cached_property
    def expected_check_digit(self) -> str:
        """What position 9 should hold where the check digit is used (China, North America)."""
        total = sum(_VALUES[char] * weight for char, weight in zip(self.value, _WEIGHTS, strict=True))
        return "0123456789X"[total % 11]

    @property
    def check_digit_ok(self) -> bool:
        """False is a warning, never a refusal: most of the world does not use the check digit."""
        return self.value[8] == self.expected_check_digit

    @property
    def manufacturer(self) -> str | None:
        """The maker's name, or None when its three letters are unknown."""
        known = _MANUFACTURERS.get(self.wmi) or WMI.get(self.wmi) or WMI.get(self.wmi[:2])
        return str(known) if known is not None else None

    def model_year(self, reference_year: int) -> int | None:
        """The latest year of the 30-year cycle not after ``reference_year`` + 1; None for a code not used."""
        offset = _YEAR_CODES.find(self.value[9])
        if offset < 0:
            return None
        cycles = (reference_year + 1 - _FIRST_YEAR - offset) // len(_YEAR_CODES)
        return _FIRST_YEAR + offset + len(_YEAR_CODES) * max(cycles, 0)


def parse_vin(text: str) -> Vin | None:
    """The number in upper case without spaces and dashes, or None when it is not 17 allowed characters."""
    value = _clean(text)
    return Vin(value) if _WELL_FORMED.fullmatch(value) else None


def vin_problem(text: str) -> str | None:
    """Why the text is no VIN, or what is doubtful about it; None when nothing is.

    ``empty``, ``too_short``, ``too_long``, ``forbidden_letter`` (I, O or Q), ``bad_character``,
    and the warning ``check_digit``, with which :func:`parse_vin` still accepts the number.
    """
    value = _clean(text)
    if len(value) != _LENGTH:
        return "empty" if not value else "too_short" if len(value) < _LENGTH else "too_long"
    if not _WELL_FORMED.fullmatch(value):
        return "forbidden_letter" if re.fullmatch("[A-Z0-9]{17}", value) else "bad_character"
    return None if Vin(value).check_digit_ok else "check_digit"


def suggest_vin(text: str) -> Vin | None:
    """The number probably meant when somebody wrote I, O or Q for 1 and 0, to be offered, never assumed."""
    value = _clean(text)
    meant = value.translate(str.maketrans("IOQ", "100"))
    return parse_vin(meant) if meant != value else None


def mask_vin(vin: str) -> str:
    """Maker and last six characters: enough to talk about the car, not enough to look it up elsewhere."""
    return f"{vin[:3]}…{vin[-6:]}" if len(vin) == _LENGTH else "…" + vin[-4:]


def _clean(text: str) -> str:
    return _FILLERS.sub("", _LABEL.sub("", fold(text))).upper()
