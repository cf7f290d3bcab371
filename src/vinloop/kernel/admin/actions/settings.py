"""Values chosen for declared settings."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.admin.events import SettingChanged, about_settings
from vinloop.kernel.events import record
from vinloop.kernel.models import Organisation, SettingValue
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Setting, forget_settings, setting_named

MANAGE: Final = "kernel.setting:manage"
_TOLD: Final = "–"  # as inherited


def change_setting(*, actor: Actor, name: str, organisation: Organisation, value: Any, at: datetime) -> None:
    """Choose a value for an organisation and everything below it; ``None`` goes back to what is inherited.

    ``value`` is the stored form, as ``read_value`` gives it. Raises ``LookupError`` for a name nobody declared.
    """
    setting = setting_named(name)
    actor.require(MANAGE, organisation_id=organisation.pk)
    if organisation.parent_id is not None and not setting.is_local:
        raise Refused("not_local", _("This is the same for the whole network; only headquarters sets it."))
    if value is not None:
        _refuse_value(setting, value)
    stored = SettingValue.objects.select_for_update().filter(name=name, organisation=organisation).first()
    before = stored.value if stored else None
    if before == value:
        return
    if value is None:
        SettingValue.objects.filter(name=name, organisation=organisation).delete()
    else:
        SettingValue.objects.update_or_create(name=name, organisation=organisation, defaults={"value": value})
    forget_settings()
    transaction.on_commit(forget_settings)
    told = [_TOLD if each is None else json.dumps(each, ensure_ascii=False) for each in (before, value)]
    fact = SettingChanged(
        name=name, organisation=organisation.code, before=before, after=value, detail=" → ".join(told)
    )
    record(fact, actor=actor, subject=about_settings(organisation), at=at)


def read_value(setting: Setting, text: str) -> Any:
    """What a person typed, as it is stored. Raises ``Refused`` with field ``value``."""
    try:
        value = _READERS[setting.kind](text.strip())
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused("bad_value", _WORDS[setting.kind], "value") from error
    _refuse_value(setting, value)
    return value


def _refuse_value(setting: Setting, value: Any) -> None:
    for number in value if isinstance(value, list) else [value]:
        if isinstance(number, int | float) and not isinstance(number, bool):
            _refuse_range(setting, number)
    if setting.kind == "choice" and value not in [key for key, _label in setting.choices]:
        raise Refused("no_choice", _("Choose one of the offered values."), "value")
    problem = setting.check(value) if setting.check else None
    if problem:
        raise Refused("bad_value", problem, "value")


def _refuse_range(setting: Setting, value: float) -> None:
    if setting.minimum is not None and value < setting.minimum:
        raise Refused("too_small", _("At least %(limit)g.") % {"limit": setting.minimum}, "value")
    if setting.maximum is not None and value > setting.maximum:
        raise Refused("too_large", _("At most %(limit)g.") % {"limit": setting.maximum}, "value")


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


def _table(text: str) -> dict[str, float]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("a table is an object")
    for number in value.values():
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise TypeError("a table holds numbers")
    return value


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "int": int,
    "minutes": int,
    "float": _number,
    "percent": _number,
    "bool": _yes_or_no,
    "text": str,
    "choice": str,
    "table": _table,
    "list": _list,
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
