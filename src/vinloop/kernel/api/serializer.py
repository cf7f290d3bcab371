"""Reads requests with msgspec and says of each field what is wrong with it."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from dmr.errors import ErrorDetail
from dmr.exceptions import DataParsingError
from dmr.plugins.msgspec import MsgspecSerializer

from vinloop.kernel.api.invalid import Told, field_named, required, told, unknown_field
from vinloop.kernel.api.problems import FieldProblem

_MESSAGE = re.compile(r"^(?P<words>.*?)(?: - at `\$?(?P<path>.*)`)?$", re.DOTALL)
# A step ``[...]`` is some value of an object: nobody knows which, so the object itself is pointed at.
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_MOST_ERRORS = 50


class FieldsInvalid(msgspec.ValidationError):
    """A request some of whose fields are not acceptable."""

    def __init__(self, errors: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(error.detail for error in errors))
        self.errors = errors


class ApiSerializer(MsgspecSerializer):
    """msgspec as it is, except that an error names every wrong field instead of the first one."""

    @classmethod
    def deserialize(cls, buffer: Any, *, parser: Any, request: Any, model: Any) -> Any:
        """Read the body. Raises ``DataParsingError`` also for numbers and nesting beyond what is representable."""
        try:
            return super().deserialize(buffer, parser=parser, request=request, model=model)
        except (msgspec.ValidationError, RecursionError) as error:
            raise DataParsingError(str(error)) from error

    @classmethod
    def from_python(
        cls, unstructured: Any, model: Any, *, strict: bool | None, extra_namespace: Mapping[str, Any] | None = None
    ) -> Any:
        """Convert; raises ``FieldsInvalid``."""
        try:
            return super().from_python(unstructured, model, strict=strict, extra_namespace=extra_namespace)
        except msgspec.ValidationError as error:
            errors = tuple(error for _, error in zip(range(_MOST_ERRORS), _walk(unstructured, model, ""), strict=False))
            raise FieldsInvalid(tuple(_rebased(e) for e in errors) or (_of(error, "", model),)) from None

    @classmethod
    def serialize_validation_error(cls, exc: Exception) -> list[ErrorDetail]:
        """Hand the fields through the framework's own error to the controller."""
        errors = exc.errors if isinstance(exc, FieldsInvalid) else (_problem("", told(str(exc))),)
        return [{"msg": error.detail, "type": error.pointer, "loc": [error.code]} for error in errors]


def _walk(value: Any, model: Any, pointer: str) -> Iterator[FieldProblem]:
    """Every wrong field, down through nested objects; in a list only the first wrong item."""
    struct = _struct_of(model)
    if struct is None or not isinstance(value, dict):
        yield from _convert(value, model, pointer)
        return
    for item in msgspec.structs.fields(struct):
        at = f"{pointer}/{item.encode_name}"
        if item.encode_name in value:
            yield from _walk(value[item.encode_name], item.type, at)
        elif item.required:
            yield _problem(at, required())
    if struct.__struct_config__.forbid_unknown_fields:
        known = {item.encode_name for item in msgspec.structs.fields(struct)}
        for name in value.keys() - known:
            yield _problem(f"{pointer}/{_escaped(name)}", unknown_field())


def _convert(value: Any, model: Any, pointer: str) -> Iterator[FieldProblem]:
    try:
        msgspec.convert(value, model, strict=False, dec_hook=ApiSerializer.deserialize_hook)
    except msgspec.ValidationError as error:
        yield _of(error, pointer, model)


def _struct_of(model: Any) -> type[msgspec.Struct] | None:
    """The object type among ``model``'s alternatives: ``Lead`` of ``Lead | None``."""
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        return model
    if typing.get_origin(model) in {typing.Union, types.UnionType}:
        found = [struct for part in typing.get_args(model) if (struct := _struct_of(part))]
        return found[0] if len(found) == 1 else None
    return None


def _of(error: msgspec.ValidationError, pointer: str, model: Any) -> FieldProblem:
    """Where the value stands, as a JSON pointer (RFC 6901), and what is wrong with it in the caller's language."""
    match = _MESSAGE.match(str(error))
    words, path = (match["words"], match["path"] or "") if match else (str(error), "")
    steps = [name or index for name, index in _STEP.findall(path)]
    if named := field_named(words):
        steps.append(named)
    place = "".join([pointer, *(f"/{_escaped(step)}" for step in steps)])
    return _problem(place, told(words, None if steps else model))


def _problem(pointer: str, what: Told) -> FieldProblem:
    code, detail = what
    return FieldProblem(pointer, detail, code)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _rebased(error: FieldProblem) -> FieldProblem:
    """From the place in the parsed request to the place the caller knows."""
    _, part, *rest = [*error.pointer.split("/"), ""][: error.pointer.count("/") + 1] if error.pointer else ("", "")
    inner = "/".join(rest)
    if part == "parsed_body":
        return FieldProblem(f"/{inner}" if inner else "", error.detail, error.code)
    return FieldProblem(f"?{inner}" if part == "parsed_query" else inner, error.detail, error.code)
