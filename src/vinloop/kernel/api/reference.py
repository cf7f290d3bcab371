"""Turns the OpenAPI document into what the reference page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter or field: its name (with its place), type, and what it means."""

    name: str
    type: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    answer: list[Line] = field(default_factory=list)
    status: str = ""


def sections(document: Mapping[str, Any]) -> dict[str, list[Call]]:
    """Every operation under its first tag, in the order of the document."""
    found: dict[str, list[Call]] = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                tags = item[method].get("tags") or ["API"]
                found.setdefault(tags[0], []).append(_call(document, method, path, item[method]))
    return found


def _call(document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> Call:
    status = min(operation["responses"])
    return Call(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        permission=operation.get("x-permission") or "",
        parameters=[_parameter(document, each) for each in operation.get("parameters", [])],
        body=_fields(document, _content(operation.get("requestBody", {})), "", 0),
        answer=_fields(document, _content(operation["responses"][status]), "", 0),
        status=status,
    )


def _parameter(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> Line:
    parameter = _resolve(document, parameter)
    schema = parameter.get("schema", {})
    words = parameter.get("description") or schema.get("description") or ""
    return Line(f"{parameter['name']} ({parameter['in']})", _type(schema), bool(parameter.get("required")), words)


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    for media in part.get("content", {}).values():
        schema: Mapping[str, Any] = media.get("schema", {})
        return schema
    return {}


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str, depth: int) -> list[Line]:
    """The fields of an object and of the objects inside it, as ``items[].name``."""
    schema, prefix = _into_items(document, schema, prefix)
    required = schema.get("required", ())
    lines: list[Line] = []
    for name, each in schema.get("properties", {}).items():
        resolved = _resolve(document, each)
        words = each.get("description") or resolved.get("description", "").split("\n")[0]
        lines.append(Line(prefix + name, _type(each), name in required, words))
        if depth < _DEEPEST:
            lines += _fields(document, resolved, f"{prefix}{name}.", depth + 1)
    return lines


def _into_items(document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str) -> tuple[Mapping[str, Any], str]:
    schema = _resolve(document, schema)
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        return _resolve(document, schema["items"]), prefix.removesuffix(".") + "[]."
    return schema, prefix


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference; of several alternatives take the one that is an object."""
    for option in schema.get("anyOf", ()):
        if "$ref" in option:
            return _resolve(document, option)
    ref = schema.get("$ref", "")
    if not ref:
        return schema
    target: Any = document
    for step in ref.removeprefix("#/").split("/"):
        target = target[step]
    return _resolve(document, target)


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items') or {})}]"
    return str(schema.get("format") or schema.get("type") or "any")
