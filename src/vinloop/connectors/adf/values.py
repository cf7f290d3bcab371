"""Numbers, dates and money as senders write them; None for what is not certain."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NUMBER = re.compile(r"[^0-9.,\-]*(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(万|k|K)?[^0-9]*")
_EUROPEAN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_MULTIPLES = {"万": 10_000, "k": 1_000, "K": 1_000}
_MAX_DIGITS = 40
_KILOMETRES = {
    "km": Decimal(1),
    "kms": Decimal(1),
    "kilometers": Decimal(1),
    "kilometres": Decimal(1),
    "公里": Decimal(1),
    "mi": Decimal("1.609344"),
    "mile": Decimal("1.609344"),
    "miles": Decimal("1.609344"),
}


def year(text: str | None) -> int | None:
    """A model year between 1900 and 2099."""
    return int(text) if text and _YEAR.fullmatch(text) else None


def amount(text: str | None) -> Decimal | None:
    """A figure with or without thousands separators, currency sign or 万; None for words."""
    if not text or len(text) > _MAX_DIGITS:
        return None
    if _EUROPEAN.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    return Decimal(found[1].replace(",", "")) * _MULTIPLES.get(found[2], 1)


def currency(text: str | None) -> str | None:
    """An ISO 4217 letter code; RMB, which is none, is read as CNY."""
    code = (text or "").strip().upper()
    code = "CNY" if code == "RMB" else code
    return code if re.fullmatch("[A-Z]{3}", code) else None


def kilometres(text: str | None, units: str | None) -> int | None:
    """A reading in whole kilometres; None when the unit is unknown, because miles and km look alike."""
    factor = _KILOMETRES.get(units or "")
    figure = amount(text)
    if factor is None or figure is None or figure < 0:
        return None
    return int((figure * factor).to_integral_value())


def moment(text: str | None) -> datetime | None:
    """An instant in UTC from ISO 8601 or RFC 5322; None without an offset, because the zone is not known."""
    found = _datetime(text) if text else None
    if found is None or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def day(text: str | None) -> date | None:
    """The calendar day of an ISO 8601 date or time, as written."""
    found = _datetime(text) if text else None
    return found.date() if found else None


def _datetime(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
