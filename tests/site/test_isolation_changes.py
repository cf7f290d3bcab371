"""Nobody changes, or takes into their own rows, what another dealer has; and no refusal says that it exists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from tests.leads.world import submission
from tests.site.isolation_forms import (
    Form,
    api_calls,
    foreign_values,
    forms_of,
    own_pages,
    traces_of_foreign_numbers,
)
from tests.site.isolation_identity import make_identity
from tests.site.isolation_requests import (
    Answer,
    Reader,
    centrals_own,
    foreign_addresses,
    own_addresses,
    routes_taking,
    unique,
)
from tests.site.isolation_world import FIRST_NUMBER, LATER_NUMBER, THEIRS, Side, forget_scope, make_side, number_from
from tests.site.test_isolation import Scene, scene

from vinloop.customers.models import Customer
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.caches import forget_everything
from vinloop.leads.actions import capture_lead
from vinloop.leads.models import Lead

__all__ = ["scene"]

Request = tuple[str, str, str]  # method, path, body as JSON
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def _theirs(scene: Scene) -> Side:
    number_from(FIRST_NUMBER)
    theirs = make_side(scene.world, THEIRS, scene.world.network.stranger)
    make_identity(scene.world, theirs)
    number_from(LATER_NUMBER)
    return theirs


def _forms(scene: Scene, reader: Reader) -> list[Form]:
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for path in unique(own_pages(scene.ours)):
        forget_scope()
        for form in forms_of(path, reader.ask(path).body):
            found.setdefault((form.action, tuple(sorted(form.values))), form)
    return list(found.values())


def _filled(forms: Iterable[Form]) -> dict[str, str]:
    """One body that answers every question any form asks."""
    return {name: value for form in forms for name, value in form.values.items()}


def _sent(reader: Reader, request: Request) -> Answer:
    """Send, and undo whatever it did."""
    method, path, body = request
    point = transaction.savepoint()
    forget_scope()
    if path.startswith("/api/"):
        answer = reader.ask(path, method, body, content_type="application/json")
    else:
        answer = reader.ask(path, method, json.loads(body))
    transaction.savepoint_rollback(point)
    return answer


def _on_foreign_things(scene: Scene, theirs: Side, forms: list[Form]) -> Iterator[Request]:
    bodies = {call.path: call.body for call in api_calls()}
    filled = json.dumps(_filled(forms))
    for method in CHANGING:
        for route in routes_taking(method):
            for path in foreign_addresses(route, scene.ours, theirs):
                template = route.path.replace("<", "{").replace(">", "}").replace("str:", "").replace("int:", "")
                if route.is_api:
                    yield method, path, json.dumps(bodies.get(template) or {})
                else:
                    yield from ((method, path, body) for body in ("{}", filled))


def test_their_things_are_not_there_for_whoever_wants_to_change_them(scene: Scene) -> None:
    reader = scene.readers["dealer"]
    forms = _forms(scene, reader)
    before = transaction.savepoint()
    theirs = _theirs(scene)
    requests = list(_on_foreign_things(scene, theirs, forms))
    print_before = traces_of_foreign_numbers()
    with_them = {request: _sent(reader, request) for request in requests}
    assert traces_of_foreign_numbers() == print_before
    transaction.savepoint_rollback(before)
    forget_everything()
    without_them = {request: _sent(reader, request) for request in requests}

    assert len(requests) > 100
    assert [r[:2] for r in requests if with_them[r] != without_them[r]] == []
    # Some notice a value that can't be right before they look for the thing, and say the same whatever it names.
    central = {(method, path) for method in CHANGING for path in centrals_own(method, scene.ours, theirs)}
    assert {with_them[r].status for r in requests if r[:2] in central} <= {403}
    usual = [r for r in requests if r[:2] not in central]
    odd = {r[:2]: with_them[r].status for r in usual if with_them[r].status not in {404, 405, 409, 422}}
    assert {request: status for request, status in odd.items() if status != 302} == {}


def _with_foreign_values(scene: Scene, theirs: Side, forms: list[Form]) -> Iterator[Request]:
    for form in forms:
        for name in form.choices:
            for value in foreign_values(theirs):
                if value.isdigit() == form.values[name].isdigit() or not form.values[name]:
                    yield "POST", form.action, json.dumps({**form.values, name: value})
    for call in api_calls():
        for path in _paths_of(call.path, call.method, scene):
            for value in foreign_values(theirs):
                yield from ((call.method, path, json.dumps(body)) for body in call.with_value(value))


def _paths_of(template: str, method: str, scene: Scene) -> list[str]:
    routes = [route for route in routes_taking(method) if route.is_api and _as_template(route.path) == template]
    return unique(path for route in routes for path in own_addresses(route, scene.ours))[:1]


def _as_template(path: str) -> str:
    return path.replace("<", "{").replace(">", "}").replace("str:", "").replace("int:", "")


def test_our_forms_do_not_take_their_things(scene: Scene) -> None:
    reader = scene.readers["dealer"]
    forms = _forms(scene, reader)
    before = transaction.savepoint()
    theirs = _theirs(scene)
    requests = unique(_with_foreign_values(scene, theirs, forms))
    untouched = traces_of_foreign_numbers()
    answers: dict[Request, int] = {}
    guilty: list[Any] = []
    for request in requests:
        point = transaction.savepoint()
        answer = _unless_refused(reader, request)
        answers[request] = answer.status
        if answer.status not in {401, 403, 404, 405} and traces_of_foreign_numbers() != untouched:
            guilty.append((request, answer.status))
        if THEIRS.word.encode() in answer.body.replace(theirs.manager.username.encode(), b""):
            guilty.append((request, "told"))
        transaction.savepoint_rollback(point)
    transaction.savepoint_rollback(before)
    forget_everything()
    assert guilty == []
    assert [r for r in requests if answers[r] >= 500] == []
    different = [(r, answers[r]) for r in requests if _sent(reader, r).status != answers[r]]
    assert different == []


def _unless_refused(reader: Reader, request: Request) -> Answer:
    method, path, body = request
    forget_scope()
    if path.startswith("/api/"):
        return reader.ask(path, method, body, content_type="application/json")
    return reader.ask(path, method, json.loads(body))


def test_their_phone_and_their_number_open_nothing(scene: Scene) -> None:
    """Handing in a lead with what one knows of somebody is no way to learn what another dealer knows."""
    theirs = _theirs(scene)
    actor = load_actor(scene.ours.manager, organisation_id=None, door="api")
    assert actor is not None
    known = submission("", THEIRS.phone, external_id=THEIRS.external_id)
    with acting(actor):
        made = capture_lead(actor=actor, submission=known, at=scene.now)
        assert made.merged_into is None
        assert not made.is_resend
        assert made.ref not in theirs.refs.values()
        told = json.dumps([scene.readers["dealer"].ask(path).body.decode() for path in _pages_about(made)])
        assert not [word for word in _what_only_they_know() if word in told]
        assert theirs.refs["lead"] not in told
        assert not Lead.objects.filter(ref=theirs.refs["lead"]).exists()
        assert Customer.objects.filter(ref=made.customer_ref).exists()


def _pages_about(made: Any) -> list[str]:
    return [
        f"/desk/leads/{made.ref}/",
        f"/desk/customers/{made.customer_ref}/",
        f"/desk/customers/{made.customer_ref}/panels/",
        f"/desk/customers/{made.customer_ref}/timeline/",
        f"/api/v1/leads/{made.ref}",
        f"/desk/search/?q={THEIRS.vin}",
        f"/desk/customers/?q={THEIRS.email}",
    ]


def _what_only_they_know() -> list[str]:
    """Not the number by which we asked: pages may show what the reader said."""
    word = THEIRS.word
    return [THEIRS.name, f"{word} road", f"note {word}", f"comment {word}", f"trim {word}", THEIRS.plate]
