"""Finds out, in a thread and with a connection of its own, who opens a stream and what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections, connection
from django.http import HttpRequest
from django.utils import timezone

from vinloop.kernel.access import Actor, NotAllowed
from vinloop.kernel.access.gate import actor_of_session
from vinloop.kernel.accounts.actions import authenticate_token
from vinloop.kernel.api.authentication import bearer_token
from vinloop.kernel.live.clients import Credentials

T = TypeVar("T")
# Few threads: opening thousands of streams at once must not open thousands of connections.
_threads = ThreadPoolExecutor(2, thread_name_prefix="live")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one may be told of; ``None`` for everything."""

    organisation_ids: frozenset[int] | None


def credentials_of(headers: Sequence[tuple[bytes, bytes]]) -> Credentials:
    """The session cookie and the bearer token of a request."""
    found = {name.lower(): value.decode("latin-1") for name, value in headers}
    return Credentials(_session_key(found.get(b"cookie", "")), bearer_token(found.get(b"authorization", "")))


async def identify(credentials: Credentials) -> Sight | None:
    """What the bearer sees; ``None`` for nobody, a disabled person, or one who belongs nowhere."""
    return (await identify_all([credentials]))[0]


async def identify_all(credentials: Sequence[Credentials]) -> list[Sight | None]:
    """Like ``identify`` for many, over one connection."""
    return await _in_thread(lambda: [_sight(each) for each in credentials])


async def _in_thread(work: Callable[[], T]) -> T:
    def run() -> T:
        close_old_connections()
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def _sight(credentials: Credentials) -> Sight | None:
    actor = _actor(credentials)
    return None if actor is None else Sight(actor.organisation_ids)


def _actor(credentials: Credentials) -> Actor | None:
    if credentials.token:
        return authenticate_token(credentials.token, timezone.now())
    if not credentials.session_key:
        return None
    request = HttpRequest()
    request.session = _session_store(credentials.session_key)
    user = get_user(request)
    if not user.is_authenticated:
        return None
    request.user = user
    try:
        return actor_of_session(request)
    except NotAllowed:
        return None


def _session_store(key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _session_key(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
