"""What is wrong with a value, told so that whoever sent it knows what to send instead.

msgspec says it in English and in terms of types. Here each of its sentences gets a stable code and words in the
caller's language; a sentence nobody foresaw is told in general words, never passed on.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Told = tuple[str, str]
_MOST_CHOICES = 20

_TYPES: Final[dict[str, StrOrPromise]] = {
    "str": gettext_lazy("a text in quotation marks"),
    "int": gettext_lazy("a whole number"),
    "float": gettext_lazy("a number"),
    "bool": gettext_lazy("true or false"),
    "null": gettext_lazy("null"),
    "array": gettext_lazy("a list in square brackets"),
    "object": gettext_lazy("an object in curly brackets"),
    "date": gettext_lazy("a date like 2026-03-31"),
    "datetime": gettext_lazy("a time with its offset like 2026-03-31T09:30:00+08:00"),
}


def required() -> Told:
    """A value is missing."""
    return "required", _("This value is required.")


def unknown_field() -> Told:
    """There is a value nobody asked for."""
    return "unknown_field", _("There is no such field. Check its spelling, or leave it out.")


def told(sentence: str, model: Any = None) -> Told:
    """Code and words for a sentence of msgspec; ``model`` is the type the value should have, for what may be chosen."""
    for pattern, tell in _SENTENCES:
        found = pattern.fullmatch(sentence)
        if found:
            return tell(found, model)
    return "bad_value", _("This value is not acceptable.")


def _wrong_type(found: re.Match[str], model: Any) -> Told:
    names = [name.strip() for name in found[1].split("|")]
    words = [str(_TYPES[name]) for name in names if name in _TYPES]
    if not words:
        return "bad_value", _("This value is not acceptable.")
    return "wrong_type", _("Send %(kinds)s.") % {"kinds": _(" or ").join(words)}


def _bad_choice(found: re.Match[str], model: Any) -> Told:
    choices = sorted(each for each in _literals(model) if each)
    if not choices or len(choices) > _MOST_CHOICES:
        return "no_choice", _("Choose one of the values in the API's document.")
    return "no_choice", _("Choose one of these: %(choices)s.") % {"choices": ", ".join(choices)}


def _literals(model: Any) -> set[str]:
    """The texts a type offers to choose from, through ``Annotated`` and alternatives."""
    origin = typing.get_origin(model)
    if origin is typing.Literal:
        return {each for each in typing.get_args(model) if isinstance(each, str)}
    if origin is typing.Annotated:
        return _literals(typing.get_args(model)[0])
    if origin in {typing.Union, types.UnionType}:
        return set().union(*(_literals(part) for part in typing.get_args(model)))
    return set()


def _length(found: re.Match[str], model: Any) -> Told:
    kind, sign, limit = found[1], found[2], int(found[3])
    if kind == "str":
        if sign == "<=":
            return "too_long", _("At most %(limit)d characters.") % {"limit": limit}
        return ("required", _("This value is required.")) if limit == 1 else (
            "too_short", _("At least %(limit)d characters.") % {"limit": limit}
        )  # fmt: skip
    if sign == "<=":
        return "too_many", _("At most %(limit)d entries.") % {"limit": limit}
    return "too_few", _("At least %(limit)d entries.") % {"limit": limit}


def _exact_length(found: re.Match[str], model: Any) -> Told:
    return "wrong_length", _("Exactly %(limit)d entries.") % {"limit": int(found[1])}


def _range(found: re.Match[str], model: Any) -> Told:
    sign, limit = found[1], found[2].removesuffix(".0")
    words = {
        ">=": ("too_small", _("At least %(limit)s.")),
        ">": ("too_small", _("More than %(limit)s.")),
        "<=": ("too_large", _("At most %(limit)s.")),
        "<": ("too_large", _("Less than %(limit)s.")),
    }
    code, text = words[sign]
    return code, text % {"limit": limit}


def _pattern(found: re.Match[str], model: Any) -> Told:
    return _PATTERNS.get(found[1], _any_pattern)()


def _any_pattern() -> Told:
    return "bad_format", _("This value is not written as it should be. The API's document says how.")


def _currency() -> Told:
    return "bad_format", _("Send a currency as three capital letters (ISO 4217), such as CNY.")


def _code() -> Told:
    return "bad_format", _("Letters, digits, hyphens and underscores only.")


_PATTERNS: Final[dict[str, Callable[[], Told]]] = {
    r"'^[A-Z]{3}$'": _currency,
    r"'^[-a-zA-Z0-9_]+$'": _code,
    r"'\\S'": required,
    r"'^([A-Z]{2})?$'": lambda: ("bad_format", _("Send a country as two capital letters (ISO 3166), such as CN.")),
}


def _moment(found: re.Match[str], model: Any) -> Told:
    return "bad_format", _("Send %(kinds)s.") % {"kinds": _TYPES.get(found[1], _TYPES["datetime"])}


def _out_of_range(found: re.Match[str], model: Any) -> Told:
    return "too_large", _("This number is too large.")


_SENTENCES: Final[list[tuple[re.Pattern[str], Callable[[re.Match[str], Any], Told]]]] = [
    (re.compile(r"Expected `(str|array|object|bytes)` of length (<=|>=) (\d+)"), _length),
    (re.compile(r"Expected `array` of length (\d+)(?:, got \d+)?"), _exact_length),
    (re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (-?[\d.e+-]+)"), _range),
    (re.compile(r"Expected `str` matching regex (.+)"), _pattern),
    (re.compile(r"Expected `(datetime|time)` with a timezone component"), _moment),
    (re.compile(r"Invalid RFC3339 encoded (datetime|date)"), _moment),
    (re.compile(r"Expected `([^`]+)`(?:, got `[^`]+`)?"), _wrong_type),
    (re.compile(r"Invalid (?:enum )?value .*", re.DOTALL), _bad_choice),
    (re.compile(r"(?:Integer value|Number) out of range"), _out_of_range),
    (re.compile(r"Object missing required field `.+`"), lambda _found, _model: required()),
    (re.compile(r"Object contains unknown field `.+`"), lambda _found, _model: unknown_field()),
]

_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(.+)`")


def field_named(sentence: str) -> str:
    """The field a sentence is about, where it is not in the place it names."""
    found = _FIELD.fullmatch(sentence)
    return found[1] if found else ""


def unreadable(reason: str) -> str:
    """What to do about a body that is no JSON."""
    found = re.search(r"\(byte (\d+)\)", reason)
    if found:
        return _("The body is not JSON that can be read: it breaks at byte %(place)s.") % {"place": found[1]}
    return _("The body is not JSON that can be read: it breaks off, nests too deep or holds too large a number.")
