"""One signed HTTP POST to a checked address: no redirects, no proxies, a deadline for the whole of it."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vinloop.connectors.webhooks.targets import Target

TIMEOUT_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, or none and the reason in a word."""

    status: int | None
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """Only 2xx counts; a redirect is an error of the receiver's."""
        return self.status is not None and 200 <= self.status < 300


class _Line(http.client.HTTPConnection):
    """Connects to the checked address instead of asking for the name again."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.is_tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """End it from another thread: a server that answers a byte a minute never hits a socket's timeout."""
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)


def post(target: Target, body: bytes, headers: Mapping[str, str], *, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """Deliver and read the status; the answer's body is nobody's business."""
    line = _Line(target, timeout)
    deadline = threading.Timer(timeout, line.cut)
    deadline.start()
    try:
        line.request("POST", target.path, body, dict(headers))
        return Answer(line.getresponse().status)
    except TimeoutError:
        return Answer(None, "timeout")
    except ssl.SSLError:
        return Answer(None, "tls")
    except OSError as error:
        return Answer(None, type(error).__name__)
    except http.client.HTTPException:
        # Also how a connection ends which the deadline cut.
        return Answer(None, "no_http" if deadline.is_alive() else "timeout")
    finally:
        deadline.cancel()
        line.close()
