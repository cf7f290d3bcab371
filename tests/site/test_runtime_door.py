"""Requests reach the views complete, in order and of bearable size, or are refused with problem details."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from vinloop.site.runtime import body
from vinloop.site.runtime.body import Message, Receive, Scope, Send
from vinloop.site.runtime.door import Door, in_order

LIMIT = 1000


def _scope(*headers: tuple[bytes, bytes], query: bytes = b"") -> Scope:
    return {"type": "http", "method": "POST", "path": "/in/adf", "query_string": query, "headers": list(headers)}


class Client:
    """Plays the messages a server would get from a client, and keeps what is answered."""

    def __init__(self, chunks: Iterable[bytes], *, leaves: bool = False) -> None:
        parts = list(chunks)
        self.messages: list[Message] = [
            {"type": "http.request", "body": part, "more_body": leaves or index < len(parts) - 1}
            for index, part in enumerate(parts)
        ]
        if leaves:
            self.messages.append({"type": "http.disconnect"})
        self.answers: list[Message] = []

    async def receive(self) -> Message:
        return self.messages.pop(0)

    async def send(self, message: Message) -> None:
        self.answers.append(message)

    @property
    def problem(self) -> Any:
        return json.loads(self.answers[1]["body"])


class Views:
    """Stands for the application behind the door."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content, more = b"", True
        while more:
            message = await receive()
            content += message["body"]
            more = message["more_body"]
        self.bodies.append(content)
        self.scopes.append(scope)


def _knock(scope: Scope, client: Client) -> Views:
    views = Views()
    asyncio.run(Door(views, limit=LIMIT)(scope, client.receive, client.send))
    return views


def test_a_body_in_pieces_arrives_whole() -> None:
    views = _knock(_scope((b"content-length", b"6")), Client([b"abc", b"def"]))
    assert views.bodies == [b"abcdef"]


def test_a_chunked_body_gets_its_length() -> None:
    views = _knock(_scope((b"transfer-encoding", b"chunked")), Client([b"abc", b"def"]))
    assert views.scopes[0]["headers"] == [(b"content-length", b"6")]


def test_a_declared_body_over_the_limit_is_refused_unread_by_the_views() -> None:
    client = Client([b"x" * 600, b"x" * 600])
    views = _knock(_scope((b"content-length", b"1200")), client)
    assert views.bodies == []
    assert client.answers[0]["status"] == 413
    assert (b"content-type", b"application/problem+json") in client.answers[0]["headers"]
    assert client.problem["status"] == 413
    assert client.messages == [], "what the client still sent was read and forgotten"


def test_an_undeclared_body_over_the_limit_is_refused() -> None:
    client = Client([b"x" * 600, b"x" * 600, b"x" * 600])
    assert _knock(_scope((b"transfer-encoding", b"chunked")), client).bodies == []
    assert client.answers[0]["status"] == 413


def test_nonsense_for_a_length_is_refused() -> None:
    client = Client([b""])
    assert _knock(_scope((b"content-length", b"1e3")), client).bodies == []
    assert client.answers[0]["status"] == 400


def test_a_client_that_leaves_early_costs_nothing() -> None:
    client = Client([b"abc"], leaves=True)
    assert _knock(_scope((b"content-length", b"10")), client).bodies == []
    assert client.answers == []


def test_a_silent_client_is_sent_away(monkeypatch: Any) -> None:
    monkeypatch.setattr(body, "SILENCE_SECONDS", 0.01)
    monkeypatch.setattr(body, "DISCARD_SECONDS", 0.01)

    class Silent(Client):
        async def receive(self) -> Message:
            await asyncio.Event().wait()
            raise AssertionError

    client = Silent([])
    assert _knock(_scope((b"content-length", b"10")), client).bodies == []
    assert client.answers[0]["status"] == 408


def test_a_request_without_body_does_not_wait_for_one() -> None:
    assert _knock(_scope(), Client([])).bodies == [b""]


def test_headers_that_could_pose_as_others_are_dropped() -> None:
    scope = in_order(_scope((b"x_forwarded_for", b"10.0.0.1"), (b"x-request", b"1")))
    assert scope["headers"] == [(b"x-request", b"1")]


def test_a_query_in_foreign_bytes_is_quoted() -> None:
    assert in_order(_scope(query=b"q=%E4%BD%A0&r=\xe4\xbd\xa0"))["query_string"] == b"q=%E4%BD%A0&r=%E4%BD%A0"
