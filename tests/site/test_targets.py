"""Parts the command line and the supervisor reach by name: a name that leads nowhere shows only when it is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vinloop
from vinloop.site.runtime.processes import find_target

_NAMED = re.compile(r'"(vinloop(?:\.\w+)+:\w+)"')
TARGETS = sorted(
    {name for path in Path(vinloop.__file__).parent.rglob("*.py") for name in _NAMED.findall(path.read_text("utf-8"))}
)


@pytest.mark.parametrize("target", TARGETS)
def test_every_name_leads_to_a_function(target: str) -> None:
    assert callable(find_target(target))


def test_names_are_found() -> None:
    assert "vinloop.customers.running:resolve_now" in TARGETS
