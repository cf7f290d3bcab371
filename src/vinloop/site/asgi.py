"""The one address: live updates by an asynchronous application, everything else by Django's views in threads.

Why one port, and how to split it at scale: docs/decisions/0002-one-port.md.
"""

import os
from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from vinloop.site.runtime.body import Receive, Scope, Send
from vinloop.site.runtime.config import Config, config
from vinloop.site.runtime.door import Application, Door
from vinloop.site.runtime.lifeline import tie_to_parent
from vinloop.site.runtime.processes import PartMissingError, find_target

LIVE = "/live"
LIVE_TARGET = "vinloop.kernel.live.asgi:application"


def make_application(settings: Config) -> Application:
    """Compose the product's ASGI application."""
    views = WSGIMiddleware(cast(WSGIApp, get_wsgi_application()), workers=settings.web_threads, send_queue_size=64)
    door = Door(cast(Application, views), limit=settings.max_body_bytes)
    live = _live_application()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and live is not None and _is_live(scope["path"]):
            await live(scope, receive, send)
        elif scope["type"] == "http":
            await door(scope, receive, send)

    if not settings.trusted_proxy:
        return application
    # Only these addresses may say who the client is and whether it came by https.
    return cast(Application, wrap_asgi_with_proxy_headers(application, list(settings.trusted_proxy)))


def _is_live(path: str) -> bool:
    return path == LIVE or path.startswith(f"{LIVE}/")


def _live_application() -> Application | None:
    try:
        return cast(Application, find_target(LIVE_TARGET))
    except PartMissingError:
        return None


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        kind = message["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


tie_to_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vinloop.site.settings")
application = make_application(config())
