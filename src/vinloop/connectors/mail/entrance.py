"""Who gets in at the SMTP side: encryption by a certificate (STARTTLS, RFC 3207), log-ins (AUTH, RFC 4954)."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


class Certificate:
    """The server's certificate and key. A renewed file is used from the next connection on, without a restart."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._written = self._times()
        self._context = server_context(certificate, key)

    def context(self) -> ssl.SSLContext:
        """What the next connection is encrypted with; what was good stays in use while new files are not."""
        try:
            written = self._times()
            if written != self._written:
                self._context, self._written = server_context(*self._files), written
        except OSError as error:  # ssl.SSLError among them
            log.warning("the renewed certificate can't be used (%s); going on with the old one", type(error).__name__)
        return self._context

    def _times(self) -> list[int]:
        return [path.stat().st_mtime_ns for path in self._files]


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Encryption as a server. Raises ``OSError`` for files that can't be read or do not belong together."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a sender meets. ``admits`` says in a thread whose log-in a user name and password are, ``None`` when they
    are not good; without it nobody needs to log in. Log-ins are only taken on an encrypted connection."""

    certificate: Certificate | None = None
    admits: Callable[[str, str], str | None] | None = None


OPEN = Entrance()
