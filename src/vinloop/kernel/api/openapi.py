"""The OpenAPI 3.1 document: what the framework derives from the endpoints, and what the kit adds to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from inspect import cleandoc
from typing import Any

import msgspec
from django.urls import URLPattern
from dmr.openapi import OpenAPIConfig, build_schema
from dmr.openapi.objects import Server
from dmr.routing import Router

from vinloop.kernel.access.gate import Access
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.idempotency import METHODS as REPEATABLE
from vinloop.kernel.api.problems import CONTENT_TYPE, Problem

PREFIX = "api/v1/"
_ABOUT = """\
Everything the screens do, for programs.

Authenticate with `Authorization: Bearer vl_…`. Times are UTC in ISO 8601, money is in minor units with its
currency, phone numbers are E.164. Lists come in pages with opaque cursors. Errors are problem details (RFC 9457)
whose `type` is stable. A `POST`, `PUT`, `PATCH` or `DELETE` with an `Idempotency-Key` header can be repeated
safely for 48 hours.
"""
_ERRORS = {
    "400": "The request cannot be understood",
    "401": "No valid token or session",
    "403": "A permission is missing; `permission` names it",
    "404": "There is nothing here, or the caller may not see it",
    "406": "Only application/json can be answered",
    "409": "The state of the thing does not allow this now",
    "410": "The link is no longer valid",
    "413": "The request is too large",
    "415": "Only the stated content types are taken",
    "422": "Some values are not acceptable; `errors` points at each",
    "429": "Too many requests; wait `Retry-After` seconds",
    "500": "Something went wrong here; `id` is in the server's log",
}
_WITH_BODY = {"413", "415"}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "Repeat a request with the same key and body and get the first answer again, without a second "
    "effect. The answer then carries `Idempotency-Replayed: true`.",
}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, made by `vinloop token create`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The browser's session; then changes also need the CSRF token in `X-CSRFToken`.",
    },
}


def build_document(urls: Sequence[URLPattern]) -> dict[str, Any]:
    """The document of these endpoints, with security, problems and idempotency added to each operation."""
    config = OpenAPIConfig(
        title="Vinloop API", version=version("vinloop"), description=_ABOUT, servers=[Server(url="/")]
    )
    document: dict[str, Any] = dict(build_schema(Router(PREFIX, list(urls)), config=config).convert())
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    components.setdefault("schemas", {}).update(_problem_schemas())
    for schema in components["schemas"].values():
        schema["description"] = cleandoc(schema.get("description", ""))
    components["responses"] = {f"Problem{status}": _problem(status, words) for status, words in _ERRORS.items()}
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    access = access_by_operation(urls)
    for path, item in document.get("paths", {}).items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            _complete(item[method], method.upper(), access[method.upper(), path])
    return document


def access_by_operation(urls: Sequence[URLPattern]) -> dict[tuple[str, str], Access]:
    """What each operation asks for, by method and path as they stand in the document."""
    return dict(_accesses(urls))


def _accesses(urls: Sequence[URLPattern]) -> Iterator[tuple[tuple[str, str], Access]]:
    for url in urls:
        view = getattr(url.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, ApiController):
            for method, access in view.access.items():
                yield (method, _path_of(url)), access


def _path_of(url: URLPattern) -> str:
    path = str(url.pattern)
    for name, converter in url.pattern.converters.items():
        kind = next(k for k, c in _converters().items() if isinstance(converter, type(c)))
        path = path.replace(f"<{kind}:{name}>", f"{{{name}}}").replace(f"<{name}>", f"{{{name}}}")
    return f"/{PREFIX}{path}"


@cache
def _converters() -> dict[str, Any]:
    from django.urls.converters import get_converters

    return dict(get_converters())


def _complete(operation: dict[str, Any], method: str, access: Access) -> None:
    operation["security"] = [] if access.is_public else [{"token": []}, {"session": []}]
    operation["x-permission"] = access.permission
    if access.permission is not None:
        needs = f"Needs the permission `{access.permission}`."
        operation["description"] = "\n\n".join(filter(None, [operation.get("description", ""), needs]))
    for parameter in operation.get("parameters", ()):
        parameter["description"] = _words(parameter["schema"])
    changes = method in REPEATABLE
    if changes and not access.is_public:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    for status in _ERRORS:
        if (changes or status not in _WITH_BODY) and status != ("401" if access.is_public else "410"):
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _words(schema: dict[str, Any]) -> str:
    """A parameter's own description, not that of the group it is parsed with."""
    options = [schema, *schema.get("anyOf", ())]
    return next((option["description"] for option in options if "description" in option), "")


def _problem(status: str, words: str) -> dict[str, Any]:
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    response: dict[str, Any] = {"description": words, "content": content}
    header = {"401": "WWW-Authenticate", "429": "Retry-After"}.get(status)
    if header:
        response["headers"] = {header: {"schema": {"type": "string"}}}
    return response


def _problem_schemas() -> dict[str, Any]:
    _schema, components = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    return dict(components)
