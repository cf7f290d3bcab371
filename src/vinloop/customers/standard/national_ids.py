"""Identity numbers: GB 11643 for residents of China, other documents as written.

A number is never kept readable: :class:`IdentityNumber` is what a door holds for the moment between reading and
encrypting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from vinloop.kernel.identifiers import fold

_FILLERS = re.compile(r"[\s\-.·_/]+")
_RESIDENT = re.compile(r"\d{17}[\dX]")
_OLD_RESIDENT = re.compile(r"\d{15}")
_MASKED = re.compile(r"[0-9A-Z]{2,10}[*＊•·]{2,}[0-9A-Z]{2,6}")
_DOCUMENT = re.compile(r"(?=.*\d)[0-9A-Z]{5,20}")
# GB 11643-1999, ISO 7064:1983 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ENDS_FRONT, _ENDS_BACK = 6, 4


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """One number in capitals without fillers. ``kind`` is ``resident`` (China) or ``document``."""

    value: str
    kind: str
    is_masked: bool = False

    @property
    def ends(self) -> str:
        """The first six and the last four characters, which a masked number still shows; empty when too short."""
        if self.kind != "resident":
            return ""
        return self.value[:_ENDS_FRONT] + self.value[-_ENDS_BACK:]

    @property
    def masked(self) -> str:
        """What people may see without asking: first three and last two characters."""
        return f"{self.value[:3]}…{self.value[-2:]}" if len(self.value) > 6 else "…"

    @property
    def check_digit_ok(self) -> bool | None:
        """Whether the check character is right; None where there is none to check."""
        if self.is_masked or not _RESIDENT.fullmatch(self.value):
            return None
        total = sum(int(digit) * weight for digit, weight in zip(self.value, _WEIGHTS, strict=False))
        return _CHECKS[total % 11] == self.value[-1]

    @property
    def birth_date(self) -> date | None:
        """The birth date within a resident's number, when it is a date."""
        if self.is_masked or self.kind != "resident":
            return None
        digits = self.value[6:14] if len(self.value) == 18 else "19" + self.value[6:12]
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None

    def near(self) -> tuple[str, ...]:
        """The number with each one character left out: two numbers which share one differ by a slip of the pen."""
        if self.is_masked:
            return ()
        return tuple(dict.fromkeys(self.value[:at] + self.value[at + 1 :] for at in range(len(self.value))))


def parse_identity_number(text: str) -> IdentityNumber | None:
    """The number, or None when it is none. A wrong check digit is a warning, never a refusal."""
    value = _FILLERS.sub("", fold(text)).upper()
    if _RESIDENT.fullmatch(value) or _OLD_RESIDENT.fullmatch(value):
        return IdentityNumber(value, "resident")
    if _MASKED.fullmatch(value):
        return IdentityNumber(value, "resident" if len(value) in (15, 18) else "document", is_masked=True)
    return IdentityNumber(value, "document") if _DOCUMENT.fullmatch(value) else None
