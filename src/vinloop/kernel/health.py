"""``GET /healthz``: whether this installation does its work, for load balancers and for people."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from importlib.metadata import version
from threading import Lock
from typing import Final

from django.db import Error, connection
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase

from vinloop.kernel.access.gate import Access, declare_access
from vinloop.kernel.live.asgi import hub

UP: Final = "up"
DOWN: Final = "down"
_CACHE_SECONDS: Final = 1.0
_LIVE_SECONDS: Final = 3.0
# A worker reports every ten seconds; one that was killed leaves its row behind, so the age counts.
_WORKERS = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds')"


@dataclass(frozen=True, slots=True)
class Health:
    """Which parts do their work, each ``up`` or ``down``."""

    database: str
    worker: str
    live: str

    @property
    def is_well(self) -> bool:
        """Whether all parts are up."""
        return (self.database, self.worker, self.live) == (UP, UP, UP)

    def as_json(self) -> dict[str, str]:
        """What the caller gets."""
        parts = {"web": UP, "database": self.database, "worker": self.worker, "live": self.live}
        return {**parts, "version": version("vinloop")}


class _Last:
    """The last answer of this process, so that a storm of checks costs one query a second."""

    lock = Lock()
    at = float("-inf")
    health = Health(DOWN, DOWN, DOWN)


def healthz(request: HttpRequest) -> HttpResponseBase:
    """200 when web, database, worker and live updates are up; 503 with the part that is down."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    health = _remembered(request.META.get("SERVER_NAME", ""), request.META.get("SERVER_PORT", ""))
    return JsonResponse(health.as_json(), status=200 if health.is_well else 503, headers={"Cache-Control": "no-store"})


def forget_health() -> None:
    """Look again at the next call; for tests."""
    _Last.at = float("-inf")


def _remembered(host: str, port: str) -> Health:
    with _Last.lock:
        if time.monotonic() - _Last.at > _CACHE_SECONDS:
            database, worker = _look_at_database()
            _Last.health = Health(_word(database), _word(worker), _word(_is_live(host, port)))
            _Last.at = time.monotonic()
        return _Last.health


def _word(is_up: bool) -> str:
    return UP if is_up else DOWN


def _look_at_database() -> tuple[bool, bool]:
    """Whether the database answers, and whether a worker reported within a minute."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WORKERS)
            row = cursor.fetchone()
    except Error:
        return False, False
    return True, bool(row and row[0])


def _is_live(host: str, port: str) -> bool:
    """Ask the streams of this process, or over the network whoever serves them at this address."""
    if hub.is_running:
        return hub.is_connected
    asked = http.client.HTTPConnection(host or "127.0.0.1", int(port or 80), timeout=_LIVE_SECONDS)
    try:
        asked.request("GET", "/live/health")
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


declare_access(healthz, Access(None, is_public=True))
