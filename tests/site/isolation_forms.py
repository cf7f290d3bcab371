"""What a nosy writer would send: every form and every body the product takes, with somebody else's numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from tests.html import tree_of
from tests.site.isolation_requests import own_addresses, routes_taking
from tests.site.isolation_world import Side

from vinloop.kernel.api.openapi import build_document
from vinloop.site.api_urls import ENDPOINTS

# What changes with every request, whoever asks.
_NOT_COMPARED = ("django_session", "kernel_cache", "usersessions_", "procrastinate_", "kernel_idempotencykey")
_CHOICES = {"select", "hidden", "radio", "checkbox"}
# What a field wants to hear when nobody filled it in.
_TYPICAL = {
    "tel": "13612345678",
    "email": "somebody@example.com",
    "number": "1",
    "date": "2026-03-03",
    "datetime-local": "2026-03-03T12:00",
    "time": "12:00",
    "url": "https://example.com/hook",
    "checkbox": "on",
}


@dataclass(frozen=True, slots=True)
class Form:
    """Where a page's form goes and what it sends when somebody fills it in as it suggests."""

    action: str
    values: dict[str, str]
    choices: tuple[str, ...]


def forms_of(path: str, page: bytes) -> Iterator[Form]:
    """The forms of a page that change something."""
    if not page.lstrip().startswith(b"<"):
        return
    for form in tree_of(page).xpath("//form"):
        action = form.get("hx-post") or (form.get("method", "").lower() == "post" and (form.get("action") or path))
        if action and "logout" not in action:
            fields = [field for field in form.xpath(".//input|.//select|.//textarea") if field.get("name")]
            values = {field.get("name"): _value(field) for field in fields}
            values.pop("csrfmiddlewaretoken", None)
            choices = (f.get("name") for f in fields if _kind(f) in _CHOICES)
            yield Form(urlsplit(action).path, values, tuple(dict.fromkeys(n for n in choices if n in values)))


def _kind(field: Any) -> str:
    return str(field.get("type", "text")) if field.tag == "input" else str(field.tag)


def _value(field: Any) -> str:
    if field.tag == "select":
        options = field.xpath(".//option[@selected]/@value") or [v for v in field.xpath(".//option/@value") if v]
        return str(options[0]) if options else ""
    if field.tag == "textarea":
        return field.text or "text"
    return str(field.get("value") or _TYPICAL.get(_kind(field), "text"))


def foreign_values(side: Side) -> list[str]:
    """What they have, as a choice in a form would name it."""
    numbers = ("user", "car", "organisation", "lead", "contact", "endpoint")
    return [
        *(str(side.numbers[kind]) for kind in numbers),
        side.refs["lead"],
        side.refs["waiting_lead"],
        side.refs["customer"],
        side.manager.username,
        side.dealer.code,
    ]


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the API with an acceptable body; ``words`` are its members that hold a text or a number."""

    method: str
    path: str
    body: dict[str, Any] | None

    def with_value(self, value: str) -> Iterator[dict[str, Any]]:
        """The body with the value in each member that could mean it: numbers as numbers, words as words."""
        for name, current in (self.body or {}).items():
            if isinstance(current, str) and not value.isdigit():
                yield {**(self.body or {}), name: value}
            elif isinstance(current, int) and not isinstance(current, bool) and value.isdigit():
                yield {**(self.body or {}), name: int(value)}


def api_calls() -> Iterator[Call]:
    """Every operation that changes something."""
    document = build_document(ENDPOINTS)
    for path, item in document["paths"].items():
        for method in item.keys() & {"post", "put", "patch", "delete"}:
            content = item[method].get("requestBody", {}).get("content", {}).get("application/json")
            schemas = document["components"]["schemas"]
            yield Call(method.upper(), path, _sample(content["schema"], schemas) if content else None)


def _sample(schema: dict[str, Any], schemas: dict[str, Any], *, depth: int = 0) -> Any:
    """Something of the schema, with every member that is not nested too deep."""
    if "$ref" in schema:
        return _sample(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, depth=depth)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return _sample(next((o for o in options if o.get("type") != "null"), options[0]), schemas, depth=depth)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        members = schema.get("properties", {}) if depth < 3 else {}
        return {name: _sample(each, schemas, depth=depth + 1) for name, each in members.items()}
    if schema.get("type") == "array":
        return []
    return _scalar(schema)


def _scalar(schema: dict[str, Any]) -> Any:
    by_format = {"date": "2026-03-03", "date-time": "2026-03-02T02:00:00Z"}
    plain: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True, "null": None}
    kind = schema.get("type", "string")
    return by_format.get(schema.get("format", ""), "text") if kind == "string" else plain[kind]


def own_pages(ours: Side) -> Iterator[str]:
    """Every page of ours that could hold a form."""
    for route in routes_taking("GET"):
        if not route.is_api:
            yield from own_addresses(route, ours)


def traces_of_foreign_numbers() -> dict[str, str]:
    """By table, a print of all rows that are theirs or speak of them: it must be the same before and after."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinloop.orgs', '*', true)")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(_NOT_COMPARED)]
        rows = r"t WHERE t::text ~ '\m70\d{5}\M'"
        query = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} {rows}" for name in tables
        )
        cursor.execute(query)
        return {name: print_ for name, print_ in cursor.fetchall() if print_}
