"""Declared settings: what DOMAIN.md calls configurable, with the shipped default.

A value set for an organisation counts for everything below it, unless something nearer sets its own.
Values are cached in the process for a few seconds, so a change is in force everywhere within ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise

from vinloop.kernel.caches import Remembered
from vinloop.kernel.models import Organisation, SettingValue

Check = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a table, with the words an administrator reads. Limits not given are those of the setting."""

    name: str
    label: str | Promise
    hint: str | Promise = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an administrator can change.

    ``kind`` is int, float, bool, text, choice, minutes, percent, list (of numbers) or table (a JSON object of name →
    number). A table has a number for each of its ``entries`` and for nothing else; ``is_whole`` asks for whole numbers
    in a table or list. ``check`` returns what is wrong with a value, or ``None``; it is asked last. ``is_local`` says
    whether regions and dealers may differ.
    """

    name: str
    kind: str
    default: Any
    label: str | Promise
    hint: str | Promise = ""
    section: str | Promise = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[tuple[str, str | Promise], ...] = ()
    is_local: bool = False
    check: Check | None = None
    entries: tuple[Entry, ...] = ()
    is_whole: bool = False

    @property
    def all_entries(self) -> tuple[Entry, ...]:
        """The numbers of a table, under the names of its default when nobody described them; limits filled in."""
        described = self.entries or tuple(Entry(name, name) for name in (self.default if self.kind == "table" else ()))
        return tuple(
            replace(
                each,
                minimum=self.minimum if each.minimum is None else each.minimum,
                maximum=self.maximum if each.maximum is None else each.maximum,
            )
            for each in described
        )


_declared: dict[str, Setting] = {}


def declare_settings(*settings: Setting) -> None:
    """Make settings known; called by a module's ``apps.py``."""
    for setting in settings:
        _declared[setting.name] = setting


def all_settings() -> list[Setting]:
    """Every declared setting, in the order of declaration."""
    return list(_declared.values())


def setting_named(name: str) -> Setting:
    """The declaration. Raises ``LookupError`` for a name nobody declared."""
    if name not in _declared:
        raise LookupError(f"setting {name!r} was never declared")
    return _declared[name]


def get_setting(name: str, organisation_id: int | None = None) -> Any:
    """The value in force for an organisation (headquarters' when none is given)."""
    setting = setting_named(name)
    values, paths = _values()
    if not values:
        return setting.default
    for ancestor in reversed(_ancestors(paths, organisation_id)):
        if (name, ancestor) in values:
            return values[name, ancestor]
    return setting.default


def forget_settings() -> None:
    """Drop the cache; called after a change."""
    _values.forget()


def _ancestors(paths: dict[int, str], organisation_id: int | None) -> list[int]:
    if organisation_id is None:
        return [min(paths, key=lambda i: len(paths[i]))] if paths else []
    return [int(part) for part in paths.get(organisation_id, "").split("/") if part]


def _load() -> tuple[dict[tuple[str, int], Any], dict[int, str]]:
    rows = SettingValue.objects.values_list("name", "organisation_id", "value")
    values = {(name, organisation): value for name, organisation, value in rows}
    paths = dict(Organisation.objects.values_list("id", "path")) if values else {}
    return values, paths


_values = Remembered(_load)
