"""Amounts of money: whole minor units and a currency, never a float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Self

from vinloop.kernel.identifiers.text import fold

# ISO 4217: minor units per currency where it is not two.
_EXPONENTS = MappingProxyType(
    {
        **{
            "BIF": 0,
            "CLP": 0,
            "DJF": 0,
            "GNF": 0,
            "ISK": 0,
            "JPY": 0,
            "KMF": 0,
            "KRW": 0,
            "PYG": 0,
            "RWF": 0,
        },
        **{"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0},
        **{"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3},
    }
)
_SYMBOLS = MappingProxyType({"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "KRW": "₩"})
_FROM_SYMBOL = MappingProxyType(
    {"¥": "CNY", "元": "CNY", "RMB": "CNY", "人民币": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}
)
_CODE = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
_TEN_THOUSAND = "万"
LARGEST_MINOR = 10**15
"""More than any car costs, and less than what a column can hold."""


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` hundredths (or what ISO 4217 says) of ``currency``; adding two currencies is refused."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"a currency is an ISO 4217 code of three capitals, not {self.currency!r}")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        """An amount in whole units: ``Money.of("199800.00", "CNY")``. Half a minor unit rounds to even."""
        minor = Decimal(amount).scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, with exactly the currency's decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined")
        return other


def exponent(currency: str) -> int:
    """How many decimals the currency has (ISO 4217): 2 unless listed otherwise."""
    return _EXPONENTS.get(currency, 2)


def parse_money(text: str, currency: str = "CNY") -> Money | None:
    """What somebody typed: ``19.98万``, ``¥199,800``, ``USD 25,000.50``; None when it is no amount.

    A currency written in the text wins over ``currency``. More decimals than the currency has are refused,
    and so is more than ``LARGEST_MINOR``.
    """
    value = fold(text).upper()
    written, number = _split_currency(value)
    ten_thousands = number.endswith(_TEN_THOUSAND)
    number = number.removesuffix(_TEN_THOUSAND).strip()
    if not _AMOUNT.fullmatch(number):
        return None
    amount = Decimal(number.replace(",", "")) * (10_000 if ten_thousands else 1)
    return _exact(amount, written or currency)


def format_money(money: Money, language: str = "en") -> str:
    """The amount for a reader of ``language``: ``¥199,800.00``.

    Chinese readers get ``¥`` for yuan, others ``CN¥``; a currency without a known sign is named by its code.
    """
    places = exponent(money.currency)
    figure = f"{abs(money.amount):,.{places}f}"
    sign = "-" if money.minor < 0 else ""
    symbol = _SYMBOLS.get(money.currency)
    if symbol is None:
        return f"{sign}{figure} {money.currency}" if language.startswith("zh") else f"{sign}{money.currency} {figure}"
    if money.currency == "CNY" and not language.startswith("zh"):
        symbol = "CN¥"
    return f"{sign}{symbol}{figure}"


def _split_currency(value: str) -> tuple[str | None, str]:
    for sign, code in _FROM_SYMBOL.items():
        if value.startswith(sign) or value.endswith(sign):
            return code, value.removeprefix(sign).removesuffix(sign).strip()
    for part, rest in ((value[:3], value[3:]), (value[-3:], value[:-3])):
        if _CODE.fullmatch(part):
            return part, rest.strip()
    return None, value


def _exact(amount: Decimal, currency: str) -> Money | None:
    try:
        minor = amount.scaleb(exponent(currency))
    except InvalidOperation:
        return None
    is_kept = minor == minor.to_integral_value() and abs(minor) <= LARGEST_MINOR
    return Money(int(minor), currency) if is_kept else None
