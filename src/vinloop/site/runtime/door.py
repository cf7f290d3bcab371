"""The one door for HTTP: puts a request in order, takes in its body and hands it to the views' threads."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote_from_bytes

from vinloop.site.runtime.body import (
    BodyRefused,
    ClientGone,
    Message,
    Receive,
    Scope,
    Send,
    discard_rest,
    has_body,
    replay,
    take_body,
)

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
QUERY_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))
TITLES = {
    400: "The request cannot be understood",
    408: "The request took too long to arrive",
    413: "The request is too large",
}


class Door:
    """An ASGI application that gives `inner` only complete requests of bearable size."""

    def __init__(self, inner: Application, *, limit: int) -> None:
        self.inner = inner
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not has_body(scope):
            await self.inner(in_order(scope), _no_body, send)
            return
        try:
            file, size = await take_body(scope, receive, self.limit)
        except ClientGone:
            return
        except BodyRefused as refusal:
            if refusal.status != 408:  # who is silent reads the answer, and has nothing left to send
                await discard_rest(receive)
            await send_problem(send, refusal.status, _detail(refusal.status, self.limit))
            return
        with file:
            await self.inner(in_order(scope, size), replay(file), send)


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def in_order(scope: Scope, size: int | None = None) -> Scope:
    """The request with headers and query as WSGI can carry them, and the body's true length.

    A header with an underscore becomes the same variable as the one with a dash, by which a client could pose
    as a proxy: such headers are dropped. A chunked body has a known length by now.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    if size is not None:
        headers = [pair for pair in headers if pair[0] not in {b"content-length", b"transfer-encoding"}]
        headers.append((b"content-length", str(size).encode()))
    query = scope["query_string"]
    if not query.isascii():
        query = quote_from_bytes(query, safe=QUERY_SAFE).encode()
    return {**scope, "headers": headers, "query_string": query}


async def send_problem(send: Send, status: int, detail: str) -> None:
    """Answer with problem details (RFC 9457) and close: the rest of the request was not read."""
    problem = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    body = json.dumps(problem).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _detail(status: int, limit: int) -> str:
    if status == 413:
        return f"At most {limit // (1024 * 1024)} MiB are taken in one request. Send less, or in several parts."
    if status == 408:
        return "The body did not arrive in time. Try again on a better connection."
    return "The Content-Length header is not a number."
