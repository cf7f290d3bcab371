"""Values of settings: what was typed becomes what is stored, and what does not fit is refused in words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Setting


def read_value(setting: Setting, text: str) -> Any:
    """What a person typed, as it is stored. Raises ``Refused`` with field ``value``."""
    try:
        value = _READERS[setting.kind](text.strip())
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused("bad_value", _WORDS[setting.kind], "value") from error
    refuse_value(setting, value)
    return value


def refuse_value(setting: Setting, value: Any) -> None:
    """Raise ``Refused`` unless the value is one the setting can hold.

    The field is ``value``, or ``value/NAME`` for a number of a table.
    """
    if not _SHAPES[setting.kind](value):
        raise Refused("bad_value", _WORDS[setting.kind], "value")
    if setting.kind == "table":
        _refuse_table(setting, value)
    elif setting.kind == "list":
        for number in value:
            _refuse_number(number, (setting.minimum, setting.maximum), is_whole=setting.is_whole)
    elif _is_number(value):
        _refuse_number(value, (setting.minimum, setting.maximum))
    if setting.kind == "choice" and value not in [key for key, _label in setting.choices]:
        raise Refused("no_choice", _("Choose one of the offered values."), "value")
    problem = setting.check(value) if setting.check else None
    if problem:
        raise Refused("bad_value", problem, "value")


def _refuse_table(setting: Setting, value: Mapping[str, float]) -> None:
    entries = setting.all_entries
    labels = {entry.name: str(entry.label) for entry in entries}
    unknown = [name for name in value if name not in labels]
    if unknown:
        told = {"name": unknown[0][:40], "names": ", ".join(labels)}
        raise Refused("unknown_entry", _("There is no “%(name)s” here, only %(names)s.") % told, "value")
    for entry in entries:
        if entry.name not in value:
            told = {"name": labels[entry.name]}
            raise Refused("missing_entry", _("Give a number for “%(name)s”.") % told, f"value/{entry.name}")
        limits = (entry.minimum, entry.maximum)
        _refuse_number(value[entry.name], limits, f"value/{entry.name}", is_whole=setting.is_whole)


def _refuse_number(
    value: float, limits: tuple[float | None, float | None], field: str = "value", *, is_whole: bool = False
) -> None:
    least, most = limits
    if is_whole and value != int(value):
        raise Refused("not_whole", _WORDS["int"], field)
    if least is not None and value < least:
        raise Refused("too_small", _("At least %(limit)g.") % {"limit": least}, field)
    if most is not None and value > most:
        raise Refused("too_large", _("At most %(limit)g.") % {"limit": most}, field)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("true", "false", "on", "off", ""):
        raise ValueError("neither yes nor no")
    return text.lower() in ("true", "on")


def _list(text: str) -> list[float]:
    """Numbers between commas of any kind, at least one; whole ones stay whole."""
    numbers = [_number(part) for part in re.split(r"[,，;；、\s]+", text.strip("[] ")) if part]
    if not numbers:
        raise ValueError("no number")
    return [int(number) if number == int(number) else number for number in numbers]


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "int": int,
    "minutes": int,
    "float": _number,
    "percent": _number,
    "bool": _yes_or_no,
    "text": str,
    "choice": str,
    "table": json.loads,
    "list": _list,
}
_SHAPES: Final[dict[str, Callable[[Any], bool]]] = {
    "int": _is_whole,
    "minutes": _is_whole,
    "float": _is_number,
    "percent": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "choice": lambda value: isinstance(value, str),
    "table": lambda value: isinstance(value, dict) and all(_is_number(number) for number in value.values()),
    "list": lambda value: isinstance(value, list) and value != [] and all(_is_number(number) for number in value),
}
_WORDS: Final = {
    "int": _("Write a whole number."),
    "minutes": _("Write a whole number of minutes."),
    "float": _("Write a number."),
    "percent": _("Write a number without the per cent sign."),
    "bool": _("Say yes or no."),
    "text": _("Write a text."),
    "choice": _("Choose one of the offered values."),
    "table": _("Give every name a number."),
    "list": _("Write numbers with commas between them."),
}
