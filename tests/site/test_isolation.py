"""A dealer, and a region, see what they would see if the dealers elsewhere did not exist.

Every address is asked twice by the same reader at the same moment: in a world where a foreign dealer has one of
everything, and in the same world without. The answers must be equal to the last byte, so nothing can be read, guessed,
exported or inferred from counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.leads.world import World, make_world
from tests.site.isolation_identity import make_identity
from tests.site.isolation_requests import (
    Answer,
    Reader,
    api_questions,
    centrals_own,
    foreign_addresses,
    own_addresses,
    routes_taking,
    screen_questions,
    unique,
)
from tests.site.isolation_world import (
    FIRST_NUMBER,
    LATER_NUMBER,
    NOW,
    OURS,
    THEIRS,
    Side,
    forget_scope,
    make_manager,
    make_side,
    number_from,
    token_for,
)

from vinloop.kernel.caches import forget_everything
from vinloop.kernel.models import User

# The network itself is public: who the dealers are stands on the public site.
PUBLIC_THINGS = ("/desk/network/",)


@dataclass
class Scene:
    """One dealer with its things, and readers who are curious about the others."""

    world: World
    ours: Side
    readers: dict[str, Reader]
    now: datetime = NOW


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The world without the other dealer's things, at a moment that does not pass."""
    monkeypatch.setattr(timezone, "now", _now)
    world = make_world()
    ours = make_side(world, OURS, world.network.dealer)
    make_identity(world, ours)
    region = make_manager("east", world.network.region)
    readers = {
        "dealer": _browser(ours),
        "token": Reader(Client(), _bearer(token_for(ours.manager, ours.dealer))),
        "region": _browser_of(region),
    }
    return Scene(world, ours, readers)


def _now() -> datetime:
    return NOW


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def _browser(side: Side) -> Reader:
    return _browser_of(side.manager)


def _browser_of(user: User) -> Reader:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Reader(client, {"Accept-Language": "en"})


def _questions(scene: Scene, reader: Reader, theirs: Side, *, is_program: bool) -> Iterator[str]:
    for route in routes_taking("GET"):
        if route.is_api or not is_program:
            yield from foreign_addresses(route, scene.ours, theirs)
            yield from own_addresses(route, scene.ours)
    yield from api_questions(theirs)
    if is_program:
        return
    for route in routes_taking("GET"):
        if "<" not in route.path and not route.path.startswith("/api/"):
            yield from screen_questions(route.path, reader.ask(route.path).body, theirs)


def _answers(reader: Reader, paths: list[str]) -> dict[str, Answer]:
    forget_everything()
    answers = {}
    for path in paths:
        # What a download writes into the audit log must not show on the pages asked after it, with its time of day.
        point = transaction.savepoint()
        forget_scope()
        answers[path] = reader.ask(path)
        transaction.savepoint_rollback(point)
    return answers


@pytest.mark.parametrize("who", ["dealer", "token", "region"])
def test_nothing_that_is_read_depends_on_another_dealer(scene: Scene, who: str) -> None:
    reader = scene.readers[who]
    before = transaction.savepoint()
    number_from(FIRST_NUMBER)
    theirs = make_side(scene.world, THEIRS, scene.world.network.stranger)
    make_identity(scene.world, theirs)
    number_from(LATER_NUMBER)
    # Looking for what can be asked opens pages too, and a download is written into the reader's own audit log.
    looking = transaction.savepoint()
    paths = unique(_questions(scene, reader, theirs, is_program=who == "token"))
    transaction.savepoint_rollback(looking)
    foreign = {path for route in routes_taking("GET") for path in foreign_addresses(route, scene.ours, theirs)}
    with_them = _answers(reader, paths)
    transaction.savepoint_rollback(before)
    without_them = _answers(reader, paths)

    assert [path for path in paths if with_them[path] != without_them[path]] == []
    central = centrals_own("GET", scene.ours, theirs)
    found = {path: with_them[path].status for path in foreign & with_them.keys()}
    assert {found[path] for path in central & found.keys()} <= {403}
    told = {path: s for path, s in found.items() if path not in central and s not in {404, 405}}
    assert {path: s for path, s in told.items() if not path.startswith(PUBLIC_THINGS)} == {}
    assert [path for path, answer in with_them.items() if answer.status >= 500] == []
    assert sum(answer.status == 200 for answer in with_them.values()) > len(paths) / 4
