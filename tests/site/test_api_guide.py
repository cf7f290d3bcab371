"""The calls of the guide are calls of the API: their addresses, methods, parameters and members exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text("utf-8"))


def _examples() -> list[str]:
    found = re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text("utf-8"), re.S)
    return [line for block in found for line in block.splitlines() if line.startswith("curl ")]


def _operation(method: str, path: str) -> dict[str, Any]:
    """What the document says of a call; fixed words of an address come before parameters."""
    for known in sorted(DOCUMENT["paths"], key=lambda each: each.count("{")):
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(known))
        if re.fullmatch(pattern, path) and method in DOCUMENT["paths"][known]:
            return dict(DOCUMENT["paths"][known][method])
    raise AssertionError(f"no {method} {path}")


@pytest.mark.parametrize("line", _examples())
def test_an_example_is_a_call_of_the_api(line: str) -> None:
    words = shlex.split(line)
    method = words[words.index("-X") + 1].lower() if "-X" in words else "get"
    address = next(word for word in words if word.startswith("$URL"))
    path, _, query = address.replace("$URL", "/api/v1").partition("?")
    operation = _operation(method, path)
    known = {each.get("name") for each in operation.get("parameters", ())}
    assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= known
    if "-d" in words:
        body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][body]
        said = json.loads(words[words.index("-d") + 1])
        assert set(schema.get("required", ())) <= said.keys() <= schema["properties"].keys()
        for name, value in said.items():
            assert value in schema["properties"][name].get("enum", [value])
