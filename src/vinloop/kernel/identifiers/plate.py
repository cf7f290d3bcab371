"""Number plates: Chinese plates in one spelling (GA 36-2018), foreign ones as written."""

import re
from dataclasses import dataclass

from vinloop.kernel.identifiers.text import fold

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LAST_WORDS = "警学挂港澳使领试超"
_FILLERS = re.compile(r"[\s·•・.\-_*—–]+")
# Five characters after the letter, six for new-energy vehicles; a special use takes the last place.
_CHINESE = re.compile(rf"[{_PROVINCES}][A-Z](?:[A-Z0-9]{{5,6}}|[A-Z0-9]{{4}}[{_LAST_WORDS}])")
# Abroad: Latin letters and digits, with at least one digit among them.
_FOREIGN = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,10}")
# Plates never use I and O after the authority's letter, so they are digits somebody misread.
_MISREAD = str.maketrans("IO", "10")


@dataclass(frozen=True, slots=True)
class Plate:
    """A Chinese number plate. ``value`` (沪AD12345) is its identity."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def display(self) -> str:
        """As embossed: 沪A·D12345."""
        return f"{self.value[:2]}·{self.value[2:]}"

    @property
    def is_new_energy(self) -> bool:
        """Whether it is one of the green plates with eight characters."""
        return len(self.value) == 8


def parse_plate(text: str) -> Plate | None:
    """The plate, or None when it is not a Chinese civil plate (foreign, military, embassy, mistyped)."""
    value = _FILLERS.sub("", fold(text)).upper()
    value = value[:2] + value[2:].translate(_MISREAD)
    return Plate(value) if _CHINESE.fullmatch(value) else None


def readable_plate(text: str) -> str | None:
    """What to keep of a plate somebody typed: a Chinese one in one spelling, a foreign one in capitals; None for
    what is no plate anywhere."""
    value = _FILLERS.sub("", fold(text)).upper()
    return normalise_plate(text) or (value if _FOREIGN.fullmatch(value) else None)


def normalise_plate(text: str) -> str | None:
    """The plate's identity, 沪AD12345; None when it is not a Chinese civil plate."""
    plate = parse_plate(text)
    return plate.value if plate else None


def display_plate(text: str) -> str:
    """The plate as embossed, 沪A·D12345; anything that is not a Chinese civil plate unchanged."""
    plate = parse_plate(text)
    return plate.display if plate else text


def mask_plate(value: str) -> str:
    """What a person without the right to see the plate sees: ``沪A…45``."""
    return f"{value[:2]}…{value[-2:]}" if len(value) > 4 else "…"
