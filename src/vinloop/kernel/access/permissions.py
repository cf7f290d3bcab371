"""Declared permissions: ``module.thing:verb``. An unknown name raises, so a typo can't open a door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise

_PATTERN: Final = re.compile(r"^[a-z_]+\.[a-z_]+:[a-z_]+$")
_declared: dict[str, str | Promise] = {}
_central: set[str] = set()


def declare_permissions(labels: Mapping[str, str | Promise], *, is_central: bool = False) -> None:
    """Make permissions known, each with the words an administrator reads.

    ``is_central`` permissions concern everybody's rows at once: only headquarters can use them, and a role that has
    them gives nothing to a dealer or a region. Raises ``ValueError`` for a name that is not ``module.thing:verb``.
    """
    for name in labels:
        if not _PATTERN.match(name):
            raise ValueError(f"permission {name!r} is not module.thing:verb")
    _declared.update(labels)
    if is_central:
        _central.update(labels)


def known_permission(name: str) -> str:
    """Return the name, or raise ``LookupError`` when nobody declared it."""
    if name not in _declared:
        raise LookupError(f"permission {name!r} was never declared")
    return name


def is_central(name: str) -> bool:
    """Whether only headquarters can use the permission."""
    return name in _central


def permission_label(name: str) -> str:
    """What the permission allows, in the reader's language."""
    return str(_declared[known_permission(name)])


def all_permissions() -> dict[str, str | Promise]:
    """Every declared permission with its label, by name."""
    return dict(sorted(_declared.items()))
