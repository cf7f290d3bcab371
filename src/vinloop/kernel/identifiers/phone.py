"""Telephone numbers: whatever people type becomes E.164, or an honest nothing."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from vinloop.kernel.identifiers.text import fold

_CHINA = 86
_LONGEST_INPUT = 200  # a cell or a form field; more than this is prose
_FALLBACK_REGIONS = ("US", "CN")

_SEPARATORS = re.compile(r"[/\\|,、;\n\r\t]+|(?<=\d)\s+(?:或者?|和|及|or|and)\s+|(?<=\d)(?:或者?|和|及)(?=\d)", re.I)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?\s*E\s*\+?\s*\d{1,3}", re.I)
_FLOAT_TAIL = re.compile(r"(?<=\d{7})\.0+$")  # a spreadsheet stored the number as 13800138000.0
_EXTENSION = re.compile(r"(?:转|分机号?|内线|ext(?:ension)?\.?|extn\.?|x|#)\s*:?\s*(\d{1,7})\)?$", re.I)
_CHINA_SWITCHBOARD = re.compile(r"^(\(?0\d{2,3}\)?[\s-]?\d{7,8})\s*[-–—]\s*(\d{1,6})$")
_CHINA_TRUNK = re.compile(r"^(?:(?:\+|00)\s*86|86)[\s-]*\(?0(?=[1-9]\d)")  # 0086-021-… keeps a zero too many
# Old switchboards dialled 0 before a foreign-city mobile; some lists keep the country code with one zero: 086138…
_CHINA_STRAY_ZERO = re.compile(r"^0(?:86)?(?=1[3-9]\d{9}$)")
_CHINA_MOBILE = re.compile(r"1[3-9]\d{9}")
_CHINA_MOBILE_LENGTH = re.compile(r"1\d{10}")
_NORTH_AMERICA = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_NOT_DIALLED = re.compile(r"[^\d+]")
_LOOSE_START = re.compile(r"^[^\d+(]+")


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone number. ``e164`` is its identity; ``extension`` is dialled after the call is answered."""

    e164: str
    region: str | None
    is_mobile: bool
    extension: str = ""

    @property
    def tail(self) -> str:
        """The last four digits, which is what people quote to each other."""
        return self.e164[-4:]

    def __str__(self) -> str:
        return self.e164


def parse_phone(
    text: str, region: str = "CN", *, fallback_regions: tuple[str, ...] = _FALLBACK_REGIONS
) -> Phone | None:
    """The first number in the text, or None when nothing in it can be dialled.

    A number without country code is read in ``region``, then in each fallback region in turn.
    """
    phones = parse_phones(text, region, fallback_regions=fallback_regions)
    return phones[0] if phones else None


def parse_phones(
    text: str, region: str = "CN", *, fallback_regions: tuple[str, ...] = _FALLBACK_REGIONS
) -> list[Phone]:
    """Every different number in one field, in the order written: ``13800138000/021-62345678转801``."""
    found: dict[str, Phone] = {}
    for piece in _SEPARATORS.split(fold(text)[:_LONGEST_INPUT]):
        for phone in _read_piece(piece, (region, *fallback_regions)):
            found.setdefault(phone.e164, phone)
    return list(found.values())


def phone_problem(text: str, region: str = "CN") -> str | None:
    """Why the text is no telephone number, as a reason code; None when it is one.

    ``empty``, ``scientific_notation`` (a spreadsheet destroyed the digits, ask the sender), ``no_digits``,
    ``too_short``, ``too_long`` or ``not_a_number``.
    """
    cleaned = fold(text)
    if not cleaned:
        return "empty"
    if parse_phone(cleaned, region) is not None:
        return None
    if _SCIENTIFIC.search(cleaned):
        return "scientific_notation"
    return _length_problem(sum(char.isdigit() for char in cleaned))


def format_phone(e164: str, region: str = "CN") -> str:
    """The number as people of ``region`` write it: national form at home, international form from abroad."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_country_code(number.country_code or 0) == region
    if at_home and _CHINA_MOBILE.fullmatch(e164[3:]):
        return f"{e164[3:6]} {e164[6:10]} {e164[10:]}"
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def mask_phone(e164: str) -> str:
    """What a person without the right to see the number sees: ``138…8000``, and of one abroad ``+1 20…0188``.

    Abroad the country code tells what the digits belong to; at least four digits after it stay hidden.
    """
    if e164.startswith("+86"):
        return _masked(e164[3:], 3)
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return _masked(e164.lstrip("+"), 3)
    code = str(number.country_code)
    national = e164.removeprefix(f"+{code}")
    return f"+{code} {_masked(national, min(3, max(0, len(national) - 8)))}"


def _masked(digits: str, head: int) -> str:
    return f"{digits[:head]}…{digits[-4:]}" if len(digits) > 7 else "…" + digits[-2:]


def _length_problem(digits: int) -> str:
    if digits == 0:
        return "no_digits"
    if digits < 7:
        return "too_short"
    return "too_long" if digits > 15 else "not_a_number"


def _read_piece(piece: str, regions: tuple[str, ...]) -> list[Phone]:
    """One number, or several written with nothing but spaces between them."""
    whole = _read_one(piece, regions)
    if whole is not None:
        return [whole]
    return [phone for word in piece.split() if (phone := _read_one(word, regions)) is not None]


def _read_one(piece: str, regions: tuple[str, ...]) -> Phone | None:
    text = _FLOAT_TAIL.sub("", _LOOSE_START.sub("", piece.strip(" .。'\"")))
    if not text or _SCIENTIFIC.search(text):
        return None
    text, extension = _split_extension(text)
    dialled = _CHINA_STRAY_ZERO.sub("", _NOT_DIALLED.sub("", _CHINA_TRUNK.sub("+86", text)))
    if not 7 <= len(dialled) <= 20 or sum(char.isalpha() for char in text) > 6:
        return None
    if regions[0] == "CN" and text.isdigit() and _CHINA_MOBILE_LENGTH.fullmatch(dialled):
        regions = regions[:1]  # eleven digits from 1 without a break: a mistyped mobile, not somebody abroad
    return _first_reading(dialled, extension, regions)


def _split_extension(text: str) -> tuple[str, str]:
    switchboard = _CHINA_SWITCHBOARD.match(text)
    if switchboard:
        return switchboard[1], switchboard[2]
    marked = _EXTENSION.search(text)
    return (text[: marked.start()], marked[1]) if marked else (text, "")


def _first_reading(dialled: str, extension: str, regions: tuple[str, ...]) -> Phone | None:
    """The home region wins unless it fits badly and another fits well.

    ``2025550188`` could be Guangzhou without its 0 or Washington as written: as written wins.
    """
    if regions[0] == "CN" and _CHINA_MOBILE.fullmatch(dialled):
        return Phone(f"+86{dialled}", "CN", True, extension)  # most numbers, and nothing to look up
    home = _reading(dialled, regions[0])
    if home is not None and _is_convincing(home, dialled):
        return _to_phone(home, extension)
    abroad = (_reading(dialled, region) for region in regions[1:])
    guest = next((number for number in abroad if number and _is_convincing(number, dialled)), None)
    best = guest or home
    return None if best is None else _to_phone(best, extension)


@lru_cache(maxsize=4096)
def _reading(dialled: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None
    return number if _is_plausible(number) else None


def _is_plausible(number: PhoneNumber) -> bool:
    """Possible by length; in China also of a known kind, for eleven digits may be a typing error."""
    national = str(number.national_number)
    if number.country_code == _CHINA:
        return _CHINA_MOBILE.fullmatch(national) is not None or phonenumbers.is_valid_number(number)
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _is_convincing(number: PhoneNumber, dialled: str) -> bool:
    """Whether the digits have the form of that country's numbers, not only the right length."""
    if number.country_code == _CHINA:
        return not _lost_its_zero(number, dialled)
    if number.country_code == 1:
        return _NORTH_AMERICA.fullmatch(str(number.national_number)) is not None
    return phonenumbers.is_valid_number(number)


def _lost_its_zero(number: PhoneNumber, dialled: str) -> bool:
    """A Chinese landline typed without country code and without the zero before its area code."""
    return (
        number.country_code == _CHINA
        and dialled == str(number.national_number)
        and _CHINA_MOBILE.fullmatch(dialled) is None
        and phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
    )


def _to_phone(number: PhoneNumber, extension: str) -> Phone:
    if number.country_code == _CHINA and _CHINA_MOBILE.fullmatch(str(number.national_number)):
        return Phone(f"+86{number.national_number}", "CN", True, extension)  # most numbers, and nothing to look up
    mobile = phonenumbers.number_type(number) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number),
        is_mobile=mobile and number.country_code != _CHINA,
        extension=extension,
    )
