"""Declared permissions: ``module.thing:verb``. An unknown name raises, so a typo can't open a door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise

_PATTERN: Final = re.compile(r"^[a-z_]+\.[a-z_]+:[a-z_]+$")
_declared: dict[str, str | Promise] = {}


def declare_permissions(labels: Mapping[str, str | Promise]) -> None:
    """Make permissions known, each with the words an administrator reads.

    Raises ``ValueError`` for a name that is not ``module.thing:verb``.
    """
    for name in labels:
        if not _PATTERN.match(name):
            raise ValueError(f"permission {name!r} is not module.thing:verb")
    _declared.update(labels)


def known_permission(name: str) -> str:
    """Return the name, or raise ``LookupError`` when nobody declared it."""
    if name not in _declared:
        raise LookupError(f"permission {name!r} was never declared")
    return name


def permission_label(name: str) -> str:
    """What the permission allows, in the reader's language."""
    return str(_declared[known_permission(name)])


def all_permissions() -> dict[str, str | Promise]:
    """Every declared permission with its label, by name."""
    return dict(sorted(_declared.items()))
