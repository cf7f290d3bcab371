"""What is compared, and how well two values may agree: one table, read by Splink (SQL) and by this process (Python).

Each level says the same thing twice, as SQL over columns ``x_l`` and ``x_r`` for DuckDB and Spark and as a Python
test; a test of the suite holds them together. ``m`` is how often true pairs fall into the level, ``u`` how often
strangers do (Fellegi and Sunter 1969); both are where training starts, and ``u`` what counts while data is thin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import Levenshtein

from vinloop.customers.matching.features import Features

Test = Callable[[Features, Features], bool]
_NEAR_NAME = 2
_LONG_NAME = 6


@dataclass(frozen=True, slots=True)
class Level:
    """One way two values agree. ``tf`` names the column whose common values count for less."""

    code: str
    label: str | Promise
    sql: str
    test: Test
    m: float
    u: float
    tf: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind of evidence. Where ``missing`` holds, it says nothing."""

    code: str
    label: str | Promise
    missing_sql: str
    missing: Test
    levels: tuple[Level, ...]


def _always(_a: Features, _b: Features) -> bool:
    return True


def _else(m: float) -> Level:
    return Level("else", _("differ"), "ELSE", _always, m, 0.99)


def _same(column: str) -> Test:
    def test(a: Features, b: Features) -> bool:
        value = getattr(a, column)
        return value is not None and value == getattr(b, column)

    return test


def _null(*columns: str) -> tuple[str, Test]:
    """Nothing to compare: any of the columns is missing on one side."""

    def test(a: Features, b: Features) -> bool:
        return any(getattr(a, column) is None or getattr(b, column) is None for column in columns)

    return " OR ".join(f"{column}_l IS NULL OR {column}_r IS NULL" for column in columns), test


def _overlap(one: tuple[str, ...] | None, two: tuple[str, ...] | None) -> bool:
    return bool(one and two and not set(one).isdisjoint(two))


def _both_latin(a: Features, b: Features) -> bool:
    return not a.is_han and not b.is_han


def _near_name(a: Features, b: Features) -> bool:
    if not _both_latin(a, b) or a.name is None or b.name is None or len(a.name) < _LONG_NAME:
        return False
    return Levenshtein.distance(a.name, b.name, score_cutoff=_NEAR_NAME) <= _NEAR_NAME


def _cut_name(a: Features, b: Features) -> bool:
    """The last character was lost: 张飞 of 张飞森."""
    if a.whole_name is None or b.whole_name is None or not (a.is_han and b.is_han):
        return False
    return a.whole_name.startswith(b.whole_name) or b.whole_name.startswith(a.whole_name)


def _part_name(a: Features, b: Features) -> bool:
    """Only a surname, or one word, is known on one side, and no gender speaks against it."""
    if a.words is None or b.words is None or (a.gender and b.gender and a.gender != b.gender):
        return False
    if (len(a.words) == 1 or len(b.words) == 1) and _overlap(a.words, b.words):
        return True
    return (a.is_bare and _starts(b, a)) or (b.is_bare and _starts(a, b))


def _starts(a: Features, b: Features) -> bool:
    """欧先生 is how some write 欧阳."""
    return a.is_han and b.is_han and (a.name or "").startswith(b.name or "-")


def _one_word(a: Features, b: Features) -> bool:
    return _both_latin(a, b) and _overlap(a.words, b.words)


def _masked_id(a: Features, b: Features) -> bool:
    return a.id_ends is not None and a.id_ends == b.id_ends and (a.id_digest is None or b.id_digest is None)


def _near_id(a: Features, b: Features) -> bool:
    return _overlap(a.id_near, b.id_near)


def _no_id(a: Features, b: Features) -> bool:
    return (
        not a.has_id
        or not b.has_id
        or ((a.id_digest is None or b.id_digest is None) and (a.id_ends is None or b.id_ends is None))
    )


def _same_phone(a: Features, b: Features) -> bool:
    return _overlap(a.phones, b.phones)


def _near_phone(a: Features, b: Features) -> bool:
    if not a.phones or not b.phones:
        return False
    return Levenshtein.distance(a.phones[0], b.phones[0], score_cutoff=1) <= 1


def _near_email(a: Features, b: Features) -> bool:
    return bool(a.email and b.email) and Levenshtein.distance(a.email or "", b.email or "", score_cutoff=2) <= 2


def _no_vehicle(a: Features, b: Features) -> bool:
    no_vin = a.vin_tail is None or b.vin_tail is None
    return no_vin and (a.plate is None or b.plate is None)


def _same_home(a: Features, b: Features) -> bool:
    return _same("door")(a, b) and (_same("house")(a, b) or _same("estate")(a, b))


def _same_door(a: Features, b: Features) -> bool:
    return _same("door")(a, b) and _same("county")(a, b)


def _near_street(a: Features, b: Features) -> bool:
    if not _same("county")(a, b):
        return False
    if _same("estate")(a, b):
        return True
    one, two = a.latin_street, b.latin_street
    return one is not None and two is not None and Levenshtein.distance(one, two, score_cutoff=2) <= 2


def _near_birth(a: Features, b: Features) -> bool:
    return bool(a.birth and b.birth) and Levenshtein.distance(a.birth or "", b.birth or "", score_cutoff=1) <= 1


_HAN = "is_han_l AND is_han_r"
_LATIN = "NOT is_han_l AND NOT is_han_r"

NAME = Comparison(
    "name",
    _("Name"),
    *_null("name"),
    (
        Level("exact", _("the same"), "whole_name_l = whole_name_r", _same("whole_name"), 0.78, 5e-4, "whole_name"),
        Level("sound", _("sound the same"), "sound_l = sound_r", _same("sound"), 0.09, 1.5e-4, "sound"),
        Level("near", _("a letter or two apart"),
              f"{_LATIN} AND length(name_l) >= {_LONG_NAME} AND levenshtein(name_l, name_r) <= {_NEAR_NAME}",
              _near_name, 0.03, 2e-4),
        Level("cut", _("one is cut short"),
              f"{_HAN} AND (whole_name_l LIKE (whole_name_r || '%') OR whole_name_r LIKE (whole_name_l || '%'))",
              _cut_name, 0.03, 2e-4),
        Level("part", _("only the surname is known, and it agrees"),
              f"coalesce(gender_l = gender_r, true) AND (((word_count_l = 1 OR word_count_r = 1) AND {{overlap:words}})"
              f" OR (is_bare_l AND {_HAN} AND name_r LIKE (name_l || '%'))"
              f" OR (is_bare_r AND {_HAN} AND name_l LIKE (name_r || '%')))", _part_name, 0.05, 5e-3),
        Level("word", _("one word agrees"), f"{_LATIN} AND {{overlap:words}}", _one_word, 0.01, 6e-3),
        _else(0.01),
    ),
)  # fmt: skip

IDENTITY = Comparison(
    "identity",
    _("ID number"),
    "(id_digest_l IS NULL OR id_digest_r IS NULL) AND (id_ends_l IS NULL OR id_ends_r IS NULL)",
    _no_id,
    (
        Level("same", _("the same"), "id_digest_l = id_digest_r", _same("id_digest"), 0.62, 1e-5),
        Level("masked", _("the visible part agrees"),
              "id_ends_l = id_ends_r AND (id_digest_l IS NULL OR id_digest_r IS NULL)", _masked_id, 0.32, 2e-5),
        Level("near", _("one character apart"), "{overlap:id_near}", _near_id, 0.04, 2e-5),
        _else(0.02),
    ),
)  # fmt: skip

PHONE = Comparison(
    "phone",
    _("Phone"),
    *_null("phones"),
    (
        Level("same", _("a number in common"), "{overlap:phones}", _same_phone, 0.75, 5e-5),
        Level("near", _("one digit apart"), "levenshtein(phone_l, phone_r) <= 1", _near_phone, 0.05, 4e-5),
        _else(0.20),
    ),
)  # fmt: skip

EMAIL = Comparison(
    "email",
    _("E-mail"),
    *_null("email"),
    (
        Level("same", _("the same"), "email_l = email_r", _same("email"), 0.92, 5e-5),
        Level("near", _("a letter or two apart"), "levenshtein(email_l, email_r) <= 2", _near_email, 0.03, 5e-4),
        _else(0.05),
    ),
)  # fmt: skip

VEHICLE = Comparison(
    "vehicle",
    _("Vehicle"),
    "(vin_tail_l IS NULL OR vin_tail_r IS NULL) AND (plate_l IS NULL OR plate_r IS NULL)",
    _no_vehicle,
    (
        Level("both", _("the same VIN and plate"), "vin_l = vin_r AND plate_l = plate_r",
              lambda a, b: _same("vin")(a, b) and _same("plate")(a, b), 0.25, 2e-4),
        Level("vin", _("the same VIN"), "vin_l = vin_r", _same("vin"), 0.22, 2e-4),
        Level("tail", _("the same end of the VIN"), "vin_tail_l = vin_tail_r", _same("vin_tail"), 0.10, 1e-4),
        Level("plate", _("the same plate"), "plate_l = plate_r", _same("plate"), 0.23, 2e-4),
        _else(0.20),
    ),
)  # fmt: skip

ADDRESS = Comparison(
    "address",
    _("Address"),
    *_null("county"),
    (
        Level("home", _("the same flat"), "door_l = door_r AND (house_l = house_r OR estate_l = estate_r)",
              _same_home, 0.45, 5e-4),
        Level("door", _("the same building and room number"), "door_l = door_r AND county_l = county_r",
              _same_door, 0.18, 1e-4),
        Level("house", _("the same house number"), "house_l = house_r", _same("house"), 0.10, 2e-4),
        Level("street", _("the same estate or street"),
              "county_l = county_r AND (estate_l = estate_r OR levenshtein(latin_street_l, latin_street_r) <= 2)",
              _near_street, 0.04, 5e-4),
        Level("county", _("the same district"), "county_l = county_r", _same("county"), 0.11, 7e-3),
        _else(0.12),
    ),
)  # fmt: skip

BIRTH = Comparison(
    "birth",
    _("Birth date"),
    *_null("birth"),
    (
        Level("same", _("the same"), "birth_l = birth_r", _same("birth"), 0.90, 1e-4),
        Level("near", _("one digit apart"), "levenshtein(birth_l, birth_r) <= 1", _near_birth, 0.07, 1e-3),
        _else(0.03),
    ),
)  # fmt: skip

POSTCODE = Comparison(
    "postcode",
    _("Postcode"),
    *_null("postcode"),
    (Level("same", _("the same"), "postcode_l = postcode_r", _same("postcode"), 0.85, 2e-3), _else(0.15)),
)

GENDER = Comparison(
    "gender",
    _("Gender"),
    *_null("gender"),
    (Level("same", _("the same"), "gender_l = gender_r", _same("gender"), 0.95, 0.5), _else(0.05)),
)

COMPARISONS: tuple[Comparison, ...] = (NAME, IDENTITY, PHONE, EMAIL, VEHICLE, ADDRESS, BIRTH, POSTCODE, GENDER)
