"""The stream itself, against a real PostgreSQL that really notifies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from tests.kernel.programs import Network, make_network, member, token_of

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.live.asgi import make_application
from vinloop.kernel.live.hub import Hub, Pace
from vinloop.kernel.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10.0


class ProbeLived(Fact, frozen=True, kw_only=True):
    kind = "kernel.ProbeLived"


def announce(organisation_id: int, ref: str) -> None:
    with acting(system_actor()) as system:
        subject = Subject("kernel.probe", 1, organisation_id, ref)
        record(ProbeLived(), actor=system, subject=subject, at=datetime(2026, 3, 2, tzinfo=UTC))


class Reader:
    """Reads one stream like a browser does."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.leaves = asyncio.Event()
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.is_over = False

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        await self.sent.put(message)

    async def begin(self) -> None:
        message = await asyncio.wait_for(self.sent.get(), PATIENCE)
        self.status, self.headers = message["status"], dict(message["headers"])

    async def text(self) -> str:
        message = await asyncio.wait_for(self.sent.get(), PATIENCE)
        self.is_over = not message.get("more_body", False)
        return bytes(message["body"]).decode()

    async def until(self, wanted: str) -> str:
        """Everything up to the piece that contains ``wanted``."""
        seen = ""
        while wanted not in seen:
            assert not self.is_over, seen
            seen += await self.text()
        return seen

    async def until_over(self) -> None:
        while not self.is_over:
            await self.text()


@asynccontextmanager
async def opened(
    hub: Hub, *, query: str = "", path: str = "/live", method: str = "GET", **headers: str
) -> AsyncIterator[Reader]:
    reader = Reader()
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    task = asyncio.create_task(_run(make_application(hub)(scope, reader.receive, reader.send)))
    try:
        await reader.begin()
        yield reader
    finally:
        reader.leaves.set()
        await asyncio.wait_for(task, PATIENCE)


async def _run(application: Any) -> None:
    await application


def live(scenario: Callable[[Hub], Coroutine[Any, Any, None]], pace: Pace | None = None) -> None:
    """Run a scenario with a hub that listens."""

    async def run() -> None:
        hub = Hub(pace)
        try:
            await asyncio.wait_for(hub.start().connected.wait(), PATIENCE)
            await scenario(hub)
        finally:
            await hub.stop()

    asyncio.run(run())


in_thread = sync_to_async


@pytest.fixture
def network() -> Network:
    return make_network()


def token(network: Network, name: str) -> str:
    organisation = getattr(network, name)
    return f"Bearer {token_of(member(name, organisation, 'kernel.event:read'), organisation)}"


def test_a_dealer_never_hears_of_another(network: Network) -> None:
    tokens = {name: token(network, name) for name in ("dealer", "stranger", "region", "root")}

    async def scenario(hub: Hub) -> None:
        async with (
            opened(hub, authorization=tokens["dealer"]) as dealer,
            opened(hub, authorization=tokens["stranger"]) as stranger,
            opened(hub, authorization=tokens["region"]) as region,
            opened(hub, authorization=tokens["root"]) as root,
        ):
            await asyncio.to_thread(announce_all, network)
            heard = {
                "dealer": await dealer.until("END-D1"),
                "stranger": await stranger.until("END-D3"),
                "region": await region.until("END-D1"),
                "root": await root.until("END-D1"),
            }
        assert "D3" not in heard["dealer"] + heard["region"]
        assert "D2" not in heard["dealer"] + heard["stranger"]
        assert f'"organisation":{network.stranger.pk}}}' not in heard["dealer"]
        assert "D1" not in heard["stranger"].replace("END-D1", "D1")
        assert "OF-D2" in heard["region"]
        assert "OF-D3" in heard["root"]

    live(scenario)


def announce_all(network: Network) -> None:
    try:
        for organisation in (network.sister, network.stranger, network.dealer):
            announce(organisation.pk, f"OF-{organisation.code}")
        for organisation in (network.stranger, network.dealer):
            announce(organisation.pk, f"END-{organisation.code}")
    finally:
        connection.close()


def test_what_a_stream_looks_like(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, query="kinds=kernel.*", authorization=mine) as reader:
            assert reader.status == 200
            assert reader.headers[b"content-type"].startswith(b"text/event-stream")
            assert reader.headers[b"cache-control"].startswith(b"no-cache")
            assert reader.headers[b"x-accel-buffering"] == b"no"
            assert (await reader.text()).startswith("retry: 2000\n")
            await asyncio.to_thread(announce_all, network)
            text = await reader.until("END-D1")
            wanted = f'data: {{"kind":"kernel.ProbeLived","ref":"OF-D1","organisation":{network.dealer.pk}}}\n\n'
            assert wanted in text
            assert len(hub.clients) == 1
        assert len(hub.clients) == 0

    live(scenario)


def test_an_idle_stream_is_kept_open_by_heartbeats(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, authorization=mine) as reader:
            await reader.until(": \n\n")

    live(scenario, Pace(heartbeat=0.01))


def test_strangers_are_refused(network: Network) -> None:
    async def scenario(hub: Hub) -> None:
        async with opened(hub) as nobody, opened(hub, authorization="Bearer vl_x") as forger:
            assert (nobody.status, forger.status) == (401, 401)
        async with opened(hub, cookie="sessionid=x") as stale, opened(hub, method="POST") as poster:
            assert (stale.status, poster.status) == (401, 405)
        async with opened(hub, path="/live/other") as other:
            assert other.status == 404
        assert len(hub.clients) == 0

    live(scenario)


def test_a_full_process_sends_the_next_one_away(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, authorization=mine), opened(hub, authorization=mine) as second:
            assert second.status == 503
            assert second.headers[b"retry-after"] == b"30"

    live(scenario, Pace(most_clients=1))


def test_a_session_opens_a_stream_and_its_end_cuts_it(network: Network) -> None:
    user = member("clerk", network.dealer)
    browser = Browser()
    browser.force_login(user)
    cookie = f"a=b; sessionid={browser.cookies['sessionid'].value}"
    assert SESSION_KEY in browser.session

    async def scenario(hub: Hub) -> None:
        async with opened(hub, cookie=cookie) as reader:
            assert reader.status == 200
            await hub.check_clients()
            assert len(hub.clients) == 1
            await asyncio.to_thread(_closing, Session.objects.all().delete)
            await hub.check_clients()
            await reader.until_over()

    live(scenario)


def test_a_disabled_person_is_cut(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, authorization=mine) as reader:
            await asyncio.to_thread(_closing, lambda: User.objects.update(is_active=False))
            await hub.check_clients()
            await reader.until_over()

    live(scenario)


def test_after_a_lost_connection_everybody_fetches_again(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, authorization=mine) as reader:
            assert hub.is_connected
            await asyncio.to_thread(_closing, _kill_listener)
            await reader.until("event: resync\ndata: {}\n\n")
            await asyncio.to_thread(announce_all, network)
            await reader.until("END-D1")

    live(scenario)


def test_a_browser_that_comes_back_fetches_again(network: Network) -> None:
    mine = token(network, "dealer")

    async def scenario(hub: Hub) -> None:
        async with opened(hub, authorization=mine, last_event_id="1") as reader:
            await reader.until("event: resync")

    live(scenario)


def test_health_of_the_streams() -> None:
    async def scenario(hub: Hub) -> None:
        async with opened(hub, path="/live/health") as reader:
            assert reader.status == 200
            assert '"live": true' in await reader.text()

    live(scenario)


def _closing(work: Callable[[], Any]) -> None:
    try:
        work()
    finally:
        connection.close()


def _kill_listener() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'vinloop live' AND datname = current_database()"
        )
        assert cursor.fetchall() == [(True,)]
