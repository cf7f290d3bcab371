"""Taking in a request's body before any thread is given to it.

Views run in a small pool of threads. A client that sends slowly must not hold one, and a body that is too
large must not reach memory: so the event loop collects the body (small in memory, larger on disk), refuses it
the moment it passes the limit, and only then is a thread asked for.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, BinaryIO, cast

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MEMORY_BYTES = 1024 * 1024
CHUNK_BYTES = 256 * 1024
SILENCE_SECONDS = 15.0
WHOLE_SECONDS = 600.0
# A client that is still sending does not read the answer: let it finish and forget what comes, but not for ever.
DISCARD_BYTES = 256 * 1024 * 1024
DISCARD_SECONDS = 20.0


class BodyRefused(Exception):
    """The body is not taken; `status` is the HTTP status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


def declared_length(scope: Scope) -> int | None:
    """The Content-Length; None when there is none (chunked or no body). Raises `BodyRefused` for nonsense."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise BodyRefused(400)
            return int(value)
    return None


def has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def take_body(scope: Scope, receive: Receive, limit: int) -> tuple[BinaryIO, int]:
    """The whole body as a file at its start, and its length in bytes. Raises `BodyRefused` or `ClientGone`."""
    length = declared_length(scope)
    if length is not None and length > limit:
        raise BodyRefused(413)
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES))  # noqa: SIM115 - lives on
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            size = await _collect(receive, file, limit)
    except TimeoutError:
        file.close()
        raise BodyRefused(408) from None
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, size


async def _collect(receive: Receive, file: BinaryIO, limit: int) -> int:
    size = 0
    more = True
    while more:
        async with asyncio.timeout(SILENCE_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyRefused(413)
        file.write(chunk)
        more = message.get("more_body", False)
    return size


async def discard_rest(receive: Receive) -> None:
    """Read and forget what the client still sends, so that it gets to reading the refusal."""
    size = 0
    try:
        async with asyncio.timeout(DISCARD_SECONDS):
            while size < DISCARD_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def replay(file: BinaryIO) -> Receive:
    """A `receive` that hands out the collected body."""

    async def receive() -> Message:
        chunk = file.read(CHUNK_BYTES)
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK_BYTES}

    return receive
