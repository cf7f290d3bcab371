"""The SMTP side (RFC 5321): takes mail in, promises nothing it has not kept, passes nothing on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from vinloop.connectors.mail.entrance import OPEN, Entrance

log = logging.getLogger(__name__)

MAX_BYTES = 25 * 1024 * 1024
# Portals send a whole lead file as one line; the standard's 1,000 characters would turn them away.
MAX_LINE = 4 * 1024 * 1024
MAX_RECIPIENTS = 100
MAX_COMMANDS = 500
SILENCE_SECONDS = 60.0
MAX_CONNECTIONS = 20
MAX_CONNECTIONS_OF_ONE = 10
MAX_REFUSED_LOGINS = 3
BUSY = b"421 4.3.2 Too many connections, please come back later\r\n"
TOO_MANY_LOGINS = "421 4.7.0 Too many log-ins were refused"
TRY_LATER = "451 4.3.0 Could not be kept just now, please send it again"


class Post(Protocol):
    """What the listener needs: whether an address is ours, and to keep a message. Both run in a thread."""

    def is_wanted(self, address: str) -> bool: ...

    def keep(self, raw: bytes, *, peer: str, sender: str, recipients: list[str], login: str) -> str: ...


class Intake:
    """Answers the SMTP dialogue for aiosmtpd."""

    def __init__(self, post: Post, threads: ThreadPoolExecutor, *, has_logins: bool) -> None:
        self._post = post
        self._threads = threads
        self._has_logins = has_logins

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, offers: list[str]
    ) -> list[str]:
        """Offer AUTH only where somebody may log in: aiosmtpd announces it on every encrypted connection."""
        session.host_name = hostname
        return [offer for offer in offers if self._has_logins or not offer.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse addresses that are not ours: we relay nothing."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            is_wanted = await self.in_thread(self._post.is_wanted, address)
        except Exception:
            log.exception("the list of mail addresses could not be read")
            return TRY_LATER
        if not is_wanted:
            return "550 5.7.1 No such address here, and nothing is passed on"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 only after the message is committed; 451 makes the sender keep it and come back."""
        raw = envelope.original_content or b""

        def keep() -> str:
            return self._post.keep(
                raw,
                peer=_host(session.peer),
                sender=envelope.mail_from or "",
                recipients=list(envelope.rcpt_tos),
                login=session.auth_data or "",
            )

        try:
            ref = await self.in_thread(keep)
        except Exception:
            log.exception("a mail of %d bytes could not be kept", len(raw))
            return TRY_LATER
        return f"250 2.0.0 Kept as {ref}"

    async def in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do what waits for the database without holding up the other connections."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)


class Connections:
    """Counts open connections, all together and by address."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def admit(self, host: str) -> bool:
        """Count one more unless there are too many."""
        if self._open.total() >= MAX_CONNECTIONS or self._open[host] >= MAX_CONNECTIONS_OF_ONE:
            return False
        self._open[host] += 1
        return True

    def leave(self, host: str) -> None:
        """Count one less."""
        self._open[host] -= 1
        self._open += Counter()


class MailDoor(SMTP):
    """One connection. ``line_length_limit`` is aiosmtpd's own name."""

    line_length_limit = MAX_LINE

    def __init__(self, intake: Intake, connections: Connections, entrance: Entrance) -> None:
        super().__init__(
            intake,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="vinloop",
            ident="Vinloop",
            timeout=SILENCE_SECONDS,
            command_call_limit={"*": MAX_COMMANDS},
            tls_context=entrance.certificate.context() if entrance.certificate else None,
            auth_required=entrance.admits is not None,
            auth_exclude_mechanism=() if entrance.admits else ("LOGIN", "PLAIN"),
            authenticator=_claimed,
        )
        self._intake = intake
        self._admits = entrance.admits
        self._connections = connections
        self._host = ""
        self._refused_logins = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away who would be one too many. STARTTLS makes a connection that is known already again."""
        host = _host(transport.get_extra_info("peername"))
        if self._host or self._connections.admit(host):
            self._host = host
            super().connection_made(transport)
        elif isinstance(transport, asyncio.WriteTransport):
            transport.write(BUSY)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next."""
        if self._host:
            self._connections.leave(self._host)
            super().connection_lost(error)

    async def auth_PLAIN(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        """User name and password in one word (RFC 4616)."""
        return await self._checked(await super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        """User name and password one after the other, as old programs do."""
        return await self._checked(await super().auth_LOGIN(server, args))

    async def _checked(self, claim: AuthResult) -> AuthResult:
        """Whether the claim is true. The session keeps who it is (``auth_data``), and no password."""
        if not (claim.success and self._admits and isinstance(claim.auth_data, LoginPassword)):
            return claim
        try:
            who = await self._intake.in_thread(self._admits, *_spelt(claim.auth_data))
        except Exception:
            log.exception("a log-in could not be checked")
            return AuthResult(success=False, handled=False, message="454 4.7.0 Can't be checked just now")
        if who:
            return AuthResult(success=True, auth_data=who)
        self._refused_logins += 1
        if self._refused_logins < MAX_REFUSED_LOGINS:
            return AuthResult(success=False, handled=False)
        await self.push(TOO_MANY_LOGINS)
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.close()
        return AuthResult(success=False, handled=True)


async def open_door(
    post: Post, host: str, port: int, threads: ThreadPoolExecutor, entrance: Entrance = OPEN
) -> asyncio.Server:
    """Start listening. Raises ``OSError`` when the address can't be had."""
    intake, connections = Intake(post, threads, has_logins=entrance.admits is not None), Connections()
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: MailDoor(intake, connections, entrance), host, port)


def _host(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else "local"


def _claimed(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: LoginPassword
) -> AuthResult:
    """aiosmtpd asks this on the loop, where nothing may wait for a database; ``MailDoor`` looks the claim up."""
    return AuthResult(success=True, auth_data=auth_data)


def _spelt(claim: LoginPassword) -> tuple[str, str]:
    return claim.login.decode(errors="replace"), claim.password.decode(errors="replace")
