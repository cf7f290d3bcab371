"""Values of settings as an administrator reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from vinloop.kernel.settings import Setting, setting_named


def value_words(setting: Setting, value: Any) -> str:
    """A value in the reader's language."""
    if setting.kind == "bool":
        return _("Yes") if value else _("No")
    if setting.kind == "choice":
        return str(dict(setting.choices).get(value, value))
    if setting.kind == "list":
        return ", ".join(f"{number:g}" for number in value)
    if setting.kind == "table":
        return _table_words(setting, value)
    if setting.kind == "minutes":
        return _("%(count)s min") % {"count": value}
    return f"{value:g}%" if setting.kind == "percent" else str(value)


def name_words(name: str) -> str:
    """What a setting is called; one that no version declares any more by its name."""
    try:
        return str(setting_named(name).label)
    except LookupError:
        return name


def change_words(payload: Mapping[str, Any]) -> str:
    """A recorded change from what to what; values which no version holds any more as they are stored."""
    return " → ".join(_told(str(payload.get("name", "")), payload.get(which)) for which in ("before", "after"))


def _told(name: str, value: Any) -> str:
    if value is None:
        return _("as inherited")
    try:
        return value_words(setting_named(name), value)
    except (LookupError, AttributeError, TypeError, ValueError):
        return json.dumps(value, ensure_ascii=False)


def _table_words(setting: Setting, value: Mapping[str, float]) -> str:
    """In the order of the form; a name the setting no longer has comes last."""
    labels = {entry.name: entry.label for entry in setting.all_entries}
    names = [name for name in labels if name in value] + [name for name in value if name not in labels]
    return ", ".join(f"{labels.get(name, name)} {value[name]:g}" for name in names)
