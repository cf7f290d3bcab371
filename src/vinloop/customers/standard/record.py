"""A source's row, made comparable: what it says about whom, and what was doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import msgspec

from vinloop.customers.matching.features import Features
from vinloop.customers.standard.addresses import Address, latin_street, parse_address
from vinloop.customers.standard.fields import Values, first
from vinloop.customers.standard.names import (
    StandardName,
    organisation_kind,
    standard_company_name,
    standard_person_name,
)
from vinloop.customers.standard.national_ids import IdentityNumber, parse_identity_number
from vinloop.customers.standard.repair import mend_digits, mend_postcode, mend_text
from vinloop.kernel.identifiers import (
    display_name,
    fold,
    normalise_email,
    normalise_plate,
    parse_phones,
    parse_vin,
    phone_problem,
    suggest_vin,
)

# Bump when a rule changes what records look like: the next full run reads records of an older edition again.
EDITION = 2
_ORGANISATIONS = (
    "单位",
    "公司",
    "企业",
    "集团",
    "对公",
    "机构",
    "company",
    "corporate",
    "organisation",
    "organization",
    "business",
    "firm",
)
_GOVERNMENTS = ("政府", "机关", "事业单位", "government")
_MALE = ("男", "先生", "m", "male", "1", "mr")
_FEMALE = ("女", "女士", "小姐", "f", "female", "2", "0", "ms", "mrs", "miss")
_VIN_TEXT = re.compile(r"[^A-Z0-9]+")
_MISREAD = str.maketrans("IOQ", "100")
_VIN_LENGTH, _VIN_TAIL = 17, 6
_SERIAL_DAY = date(1899, 12, 30)
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y", "%d %b %Y", "%d %B %Y")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OLDEST = 1900
_NEAR_DIGEST = 10  # characters: enough where only the few records at one key are compared


class StandardRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a source record says, each value in its one spelling. ``flags`` are ``field:code`` of what was doubtful.

    The identity number itself is not here: ``id_masked`` is what may be shown of it.
    """

    kind: str = "person"
    name: str = ""
    gender: str = ""
    birth_date: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    id_kind: str = ""
    id_masked: str = ""
    address: str = ""
    province: str = ""
    city: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    vin: str = ""
    plate: str = ""
    role: str = ""
    company: str = ""
    language: str = ""
    as_of: str = ""
    flags: tuple[str, ...] = ()


class Standardised(msgspec.Struct, frozen=True, kw_only=True):
    """All that standardising one row gives: for people, for the matcher, and the identity number to be sealed."""

    record: StandardRecord
    features: Features
    identity: IdentityNumber | None = None
    identity_text: str = ""


Digest = Callable[[str], str]


def standardise(values: Values, *, record_id: int, digest: Digest, country: str = "CN") -> Standardised:
    """Read the mapped values of one row. ``digest`` is the keyed digest under which identity numbers are compared."""
    flags: list[str] = []
    raw_name = _name_text(values, flags)
    kind = _kind(first(values, "kind"), raw_name)
    name = standard_person_name(raw_name) if kind == "person" else standard_company_name(raw_name)
    identity = _identity(first(values, "id_number"), flags)
    address, address_text = _address(values, flags)
    gender = _gender(first(values, "gender")) or name.gender
    vin, vin_tail = _vin(first(values, "vin"), flags)
    record = StandardRecord(
        kind=kind,
        name=_shown_name(raw_name, name, kind),
        gender=gender,
        birth_date=_birth_date(first(values, "birth_date"), identity, flags),
        phones=_phones(values, country, flags),
        emails=_emails(values, flags),
        id_kind=identity.kind if identity else "",
        id_masked=identity.masked if identity else "",
        address=address_text,
        province=address.province,
        city=address.city,
        county=address.county,
        postcode=address.postcode,
        country=first(values, "country"),
        vin=vin,
        plate=_plate(first(values, "plate"), flags),
        role=first(values, "role"),
        company=fold(first(values, "company")),
        language=first(values, "language"),
        as_of=_as_of(first(values, "as_of")),
        flags=tuple(dict.fromkeys(flags)),
    )
    said = read_date(first(values, "birth_date"))
    # A birth date read from the identity number is no second piece of evidence.
    birth = _birth_key(first(values, "birth_date"), said)
    features = msgspec.structs.replace(
        _features(record_id, record, name, address, vin_tail), **identity_digests(identity, digest), birth=birth
    )
    return Standardised(
        record=record, features=features, identity=identity, identity_text=fold(first(values, "id_number"))
    )


def _features(record_id: int, record: StandardRecord, name: StandardName, address: Address, vin_tail: str) -> Features:
    is_org = record.kind != "person"
    return Features(
        id=record_id,
        is_org=is_org,
        name=name.text or None,
        whole_name=name.whole or None,
        sound=None if name.is_bare or is_org else name.sound or None,
        words=None if is_org else name.words or None,
        is_han=name.is_han,
        is_bare=name.is_bare,
        gender=record.gender or None,
        phones=record.phones or None,
        email=record.emails[0] if record.emails else None,
        vin=record.vin or None,
        vin_tail=vin_tail or None,
        plate=record.plate or None,
        county=address.county or None,
        city=address.city or None,
        street=address.street or None,
        house=address.house or None,
        estate=address.estate or None,
        door=address.door or None,
        postcode=address.postcode or None,
    )


def identity_digests(identity: IdentityNumber | None, digest: Digest) -> dict[str, str | tuple[str, ...]]:
    """An identity number as the matcher compares it: by keyed digests."""
    if identity is None:
        return {}
    found: dict[str, str | tuple[str, ...]] = {}
    if identity.ends:
        found["id_ends"] = digest(identity.ends)
    if not identity.is_masked:
        found["id_digest"] = digest(identity.value)
        found["id_near"] = tuple(digest(text)[:_NEAR_DIGEST] for text in identity.near())
    return found


def _name_text(values: Values, flags: list[str]) -> str:
    text = first(values, "name") or display_name(first(values, "given_name"), first(values, "family_name"))
    mended = mend_text(text)
    if mended.flag:
        flags.append(f"name:{mended.flag}")
    return mended.text


def _shown_name(raw: str, name: StandardName, kind: str) -> str:
    """The name for people to read: as written, without stray spaces; remarks stay in the source record."""
    if kind != "person" or not name.is_han:
        return " ".join(fold(raw).split())
    return name.text if not name.is_bare else "".join(fold(raw).split())


def _kind(text: str, name: str) -> str:
    lower = fold(text).casefold()
    if any(word in lower for word in _GOVERNMENTS):
        return "government"
    return organisation_kind(name) or ("company" if any(word in lower for word in _ORGANISATIONS) else "person")


def _gender(text: str) -> str:
    lower = fold(text).casefold().rstrip(".")
    return "male" if lower in _MALE else "female" if lower in _FEMALE else ""


def _identity(text: str, flags: list[str]) -> IdentityNumber | None:
    if not text:
        return None
    mended = mend_digits(fold(text))
    if mended.flag:
        flags.append(f"id_number:{mended.flag}")
    if mended.flag in ("scientific", "rounded"):
        return None
    found = parse_identity_number(mended.text)
    if found is None:
        flags.append("id_number:unreadable")
    elif found.check_digit_ok is False:
        flags.append("id_number:check_digit")
    return found


def _birth_date(text: str, identity: IdentityNumber | None, flags: list[str]) -> str:
    found = read_date(text)
    if text and found is None:
        flags.append("birth_date:unreadable")
    inside = identity.birth_date if identity else None
    if found and inside and found != inside:
        flags.append("birth_date:differs_from_id")
    birth = found or inside
    return birth.isoformat() if birth else ""


def _birth_key(text: str, read: date | None) -> str | None:
    """Eight digits; those of a mistyped date too, for they are near the right ones."""
    if read:
        return read.strftime("%Y%m%d")
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) == 8 else None


@lru_cache(maxsize=20_000)
def read_date(text: str) -> date | None:
    """A date as files write it, a spreadsheet's day number included; None for what is none or before 1900."""
    value = fold(text).split("T")[0].split(" 00:")[0].strip()
    if not value:
        return None
    if _ISO_DAY.fullmatch(value):
        return _iso_day(value)
    if value.isdecimal() and len(value) == 5:
        return _SERIAL_DAY + timedelta(days=int(value))
    for form in _DATE_FORMS:
        try:
            found = datetime.strptime(value, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return found if found.year >= _OLDEST else None
    return None


def _iso_day(value: str) -> date | None:
    """By far the commonest form, and far quicker than trying the others."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.year >= _OLDEST else None


def _phones(values: Values, country: str, flags: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in values.get("phone", ()):
        if not text or not text.strip():
            continue
        mended = mend_digits(text)
        numbers = parse_phones(mended.text, country) if mended.flag != "scientific" else []
        found.update(dict.fromkeys(phone.e164 for phone in numbers))
        problem = mended.flag or ("" if numbers else phone_problem(mended.text, country) or "")
        if problem:
            flags.append(f"phone:{problem}")
    return tuple(found)


def _emails(values: Values, flags: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in values.get("email", ()):
        address = normalise_email(text) if text else None
        if address:
            found[address] = None
        elif text and text.strip():
            flags.append("email:unreadable")
    return tuple(found)


def _vin(text: str, flags: list[str]) -> tuple[str, str]:
    """The VIN, and its last six characters, which many lists keep alone."""
    value = _VIN_TEXT.sub("", fold(text).upper())
    if not value:
        return "", ""
    found = parse_vin(value) or suggest_vin(value)
    if found is not None:
        if found.value != value:
            flags.append("vin:misread_mended")
        return found.value, found.value[-_VIN_TAIL:]
    flags.append("vin:not_whole")
    meant = value.translate(_MISREAD)
    return "", meant[-_VIN_TAIL:] if _VIN_TAIL <= len(meant) < _VIN_LENGTH else ""


def _plate(text: str, flags: list[str]) -> str:
    if not text.strip():
        return ""
    found = normalise_plate(text)
    if found is None:
        flags.append("plate:unreadable")
    return found or ""


def _address(values: Values, flags: list[str]) -> tuple[Address, str]:
    mended = mend_text(first(values, "address"))
    if mended.flag:
        flags.append(f"address:{mended.flag}")
    parsed = parse_address(mended.text)
    parts = {code: fold(first(values, code)) for code in ("province", "city", "county", "estate")}
    street = first(values, "street")
    changes = {code: value for code, value in parts.items() if value and not getattr(parsed, code)}
    if street:
        changes["street"] = latin_street(street)
        changes["number"] = fold(first(values, "house_number"))
    postcode = mend_postcode(first(values, "postcode")).text
    if postcode:
        changes["postcode"] = postcode
    whole = msgspec.structs.replace(parsed, **changes) if changes else parsed
    if not whole.county and whole.city and street:
        whole = msgspec.structs.replace(whole, county=whole.city)
    return whole, fold(mended.text) or _written(values)


def _written(values: Values) -> str:
    """An address kept in parts, in one line."""
    street = " ".join(filter(None, (first(values, "house_number"), first(values, "street"))))
    parts = (first(values, "estate"), street, first(values, "county"), first(values, "city"), first(values, "postcode"))
    return ", ".join(dict.fromkeys(fold(part) for part in (*parts, first(values, "province")) if part))


def _as_of(text: str) -> str:
    found = read_date(text[:10] if len(text) > 10 else text)
    return found.isoformat() if found else ""
