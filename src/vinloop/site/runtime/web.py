"""The web process: granian with one or more workers of the ASGI application."""

import resource

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from vinloop.site.runtime.config import Config

TARGET = "vinloop.site.asgi:application"
# Every live screen keeps one connection: this bounds the screens per worker, not the requests at work.
CONNECTIONS_PER_WORKER = 10_000
HEADER_MILLISECONDS = 15_000
STOP_SECONDS = 4
LOG_FORMAT = "%(asctime)s %(levelname)s vinloop.web %(message)s"


def serve(config: Config) -> None:
    """Serve until told to stop. Requests at work get a few seconds to end."""
    _allow_connections(CONNECTIONS_PER_WORKER)
    Granian(
        TARGET,
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGI,
        workers=config.web_workers,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        backlog=2048,
        backpressure=CONNECTIONS_PER_WORKER,
        log_level=LogLevels.warning,
        log_dictconfig={"formatters": {name: {"format": LOG_FORMAT} for name in ("generic", "access")}},
        # No access log: addresses carry names and numbers people searched for.
        log_access=False,
        respawn_failed_workers=config.web_workers > 1,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _allow_connections(wanted: int) -> None:
    """Raise the limit of open files as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted + 1000 if hard == resource.RLIM_INFINITY else min(hard, wanted + 1000)
    if soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
