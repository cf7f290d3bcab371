"""The OpenAPI document: valid, complete, and the one that is committed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard, get_args, get_origin, get_type_hints

import msgspec
import pytest
from django.test import Client
from openapi_spec_validator import validate

from vinloop.kernel.api import ApiController
from vinloop.kernel.api.openapi import access_by_operation, build_document
from vinloop.kernel.api.reference import sections
from vinloop.site.api_urls import ENDPOINTS

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"
pytestmark = pytest.mark.urls("tests.kernel.api_probe")


def test_document_is_valid_and_complete() -> None:
    document = build_document(ENDPOINTS)
    validate(document)
    assert document["openapi"].startswith("3.1")
    operations = {
        (m.upper(), p): op for p, item in document["paths"].items() for m, op in item.items() if m != "summary"
    }
    gates = access_by_operation(ENDPOINTS)
    assert operations.keys() == gates.keys()
    for each, operation in operations.items():
        assert operation["summary"]
        assert operation["tags"]
        is_public = gates[each].is_public
        assert {"410" if is_public else "401", "403", "500"} <= operation["responses"].keys()
        assert bool(operation["security"]) is not is_public


def test_a_shape_has_a_name_of_its_own() -> None:
    """Two of one name would be one component of the document, and one class of a client made from it."""
    homes: dict[str, set[str]] = {}
    for shape in _shapes(list(_hints()), set()):
        homes.setdefault(shape.__name__, set()).add(shape.__module__)
    assert {"LeadPage", "LeadPath", "LeadQuery", "CardOut", "BoardOut", "ContactInput"} <= homes.keys()
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def _hints() -> Iterator[object]:
    for url in ENDPOINTS:
        view = getattr(url.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, ApiController):
            for method in view.access:
                yield from get_type_hints(getattr(view, method.lower()), include_extras=True).values()


def _shapes(hints: list[object], seen: set[type[msgspec.Struct]]) -> set[type[msgspec.Struct]]:
    """Every structure the endpoints take or give, however deep."""
    while hints:
        hint = hints.pop()
        hints += [*get_args(hint), *getattr(hint, "__metadata__", ())]
        origin = get_origin(hint) or hint
        if _is_ours(origin) and origin not in seen:
            seen.add(origin)
            hints += [field.type for field in msgspec.structs.fields(origin)]
    return seen


def _is_ours(hint: object) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint.__module__.startswith("vinloop.")


def test_document_is_the_committed_one() -> None:
    """Refresh it with ``python -m django openapi --write docs/openapi.json`` and look at the difference."""
    document = json.loads(msgspec.json.encode(build_document(ENDPOINTS)))
    assert document == json.loads(SNAPSHOT.read_text())


@pytest.mark.django_db
def test_document_and_reference_are_public(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.json()["paths"]["/api/v1/me"]["get"]["operationId"] == "getMe"
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post("/api/v1/openapi.json").status_code == 405
    page = client.get("/api/v1/docs", headers={"Accept-Language": "en"}).content.decode()
    for calls in sections(build_document(ENDPOINTS)).values():
        for call in calls:
            assert f"{call.method} {call.path}" in page
    assert "urn:vinloop:problem:idempotency" not in page
    assert "urn:vinloop:problem:not-found" in page
