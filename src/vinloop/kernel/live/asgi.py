"""``/live``: server-sent events. Plain ASGI, so that a thousand open screens cost no thread and no connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.db import Error

from vinloop.kernel.live.clients import Client, Message
from vinloop.kernel.live.hub import Hub
from vinloop.kernel.live.identity import credentials_of, identify

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_KINDS = 50
_START_SECONDS = 2.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_TITLES = {401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


def make_application(hub: Hub) -> Application:
    """The streams of one hub: ``/live``, and ``/live/health`` for the health check of other processes."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if scope["method"] != "GET":
            await _refuse(send, 405, [(b"allow", b"GET")])
        elif path.endswith("/live"):
            await _open(hub, scope, receive, send)
        elif path.endswith("/live/health"):
            await _health(hub, send)
        else:
            await _refuse(send, 404)

    return application


async def _open(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    if hub.is_full:
        await _refuse(send, 503, [(b"retry-after", b"30")])
        return
    credentials = credentials_of(scope["headers"])
    try:
        sight = await identify(credentials)
    except Error:
        await _refuse(send, 503, [(b"retry-after", b"5")])
        return
    if sight is None:
        await _refuse(send, 401, [(b"www-authenticate", b'Bearer realm="vinloop"')])
        return
    client = Client(credentials, sight.organisation_ids, _kinds(scope))
    if any(name.lower() == b"last-event-id" for name, _value in scope["headers"]):
        # The browser comes back: what happened while it was away was not told to it.
        client.resync()
    hub.start()
    hub.clients.add(client)
    try:
        await _stream(client, receive, send, hub.pace.heartbeat)
    finally:
        hub.clients.remove(client)


async def _stream(client: Client, receive: Receive, send: Send, heartbeat: float) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await _write(send, "retry: 2000\nid: 1\n\n")
    gone = asyncio.create_task(_until_gone(receive))
    try:
        # A failed send means the same as a disconnect: nobody is there any more.
        with suppress(OSError):
            while not (client.is_cut or gone.done()):
                await _next(client, gone, heartbeat)
                await _write(send, _text(client))
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()


async def _next(client: Client, gone: asyncio.Task[None], heartbeat: float) -> None:
    """Wait for something to tell, for the reader to leave, or for the next heartbeat."""
    told = asyncio.create_task(client.changed.wait())
    try:
        await asyncio.wait({told, gone}, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _text(client: Client) -> str:
    """What to write now; a comment when there is nothing, which keeps the line open."""
    resync, messages = client.take()
    lines = ["event: resync\ndata: {}\n\n"] if resync else []
    lines += [f"data: {_data(message)}\n\n" for message in messages]
    return "".join(lines) or ": \n\n"


def _data(message: Message) -> str:
    content = {"kind": message.kind, "ref": message.ref, "organisation": message.organisation_id}
    return json.dumps(content, separators=(",", ":"))


def _kinds(scope: Scope) -> tuple[str, ...]:
    values = parse_qs(scope["query_string"].decode("latin-1")).get("kinds", [])
    kinds = (kind.strip().removesuffix(".*") for value in values for kind in value.split(","))
    return tuple(kind for kind in kinds if kind)[:_MOST_KINDS]


async def _health(hub: Hub, send: Send) -> None:
    listener = hub.start()
    with suppress(TimeoutError):
        await asyncio.wait_for(listener.connected.wait(), _START_SECONDS)
    body = json.dumps({"live": hub.is_connected, "clients": len(hub.clients)}).encode()
    status = 200 if hub.is_connected else 503
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    problem = {"type": "about:blank", "title": _TITLES[status], "status": status}
    all_headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})


hub = Hub()
application = make_application(hub)
