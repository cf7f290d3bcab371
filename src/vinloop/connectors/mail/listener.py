"""The mail process: listens for SMTP, looks into the mailbox every minute, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from vinloop.connectors.mail.addresses import is_taken
from vinloop.connectors.mail.entrance import Certificate, Entrance
from vinloop.connectors.mail.keeping import keep_mail
from vinloop.connectors.mail.mailbox import pick_up
from vinloop.connectors.mail.smtp import open_door
from vinloop.kernel.accounts.actions import authenticate_token
from vinloop.kernel.models import User
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.capture import CAPTURE

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
THREADS = 4
ADDRESSES = "connectors.mail_addresses"


class OurPost:
    """Keeps mail in the database. Used from threads, each with its own connection."""

    def is_wanted(self, address: str) -> bool:
        """Whether an address is on the administrator's list; with an empty list every address is."""
        close_old_connections()
        return is_taken(str(get_setting(ADDRESSES)), address)

    def admits(self, login: str, password: str) -> str | None:
        """Whose log-in it is, for senders who may hand in mail: the configured one, or, whatever user name they give,
        the person of an API token that may capture leads."""
        close_old_connections()
        if settings.SMTP_LOGIN and secrets.compare_digest(f"{login}:{password}".encode(), settings.SMTP_LOGIN.encode()):
            return login
        actor = authenticate_token(password, timezone.now())
        if actor is None or not actor.may(CAPTURE):
            return None
        return User.objects.only("username").get(pk=actor.user_id or 0).username

    def keep(self, raw: bytes, *, peer: str, sender: str, recipients: list[str], login: str) -> str:
        """Keep a message that came by SMTP."""
        close_old_connections()
        at = timezone.now()
        return keep_mail(raw, at=at, via="smtp", peer=peer, sender=sender, recipients=recipients, login=login)

    def fetch(self, url: str) -> int:
        """Keep what waits in the mailbox."""
        close_old_connections()
        return pick_up(url, lambda raw: keep_mail(raw, at=timezone.now(), via="imap"))


def run() -> None:
    """Run until SIGTERM or SIGINT. What was not acknowledged by then stays with its sender."""
    asyncio.run(_serve(settings.SMTP_HOST, settings.SMTP_PORT, settings.IMAP_URL))


async def _serve(host: str, port: int, imap_url: str | None) -> None:
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    post = OurPost()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="mail") as threads:
        server = await open_door(post, host, port, threads, entrance_of(post)) if port else None
        if server is not None:
            log.info("taking in mail on %s:%d", host, port)
        looking = asyncio.create_task(_look(post, imap_url, threads)) if imap_url else None
        await stop.wait()
        if looking is not None:
            looking.cancel()
        if server is not None:
            server.close()
    connections.close_all()


def entrance_of(post: OurPost) -> Entrance:
    """The entrance as configured. Raises ``OSError`` when certificate and key can't be used."""
    certificate = Certificate(*settings.SMTP_TLS) if settings.SMTP_TLS else None
    return Entrance(certificate, post.admits if settings.SMTP_AUTH else None)


async def _look(post: OurPost, url: str, threads: ThreadPoolExecutor) -> None:
    """Look into the mailbox, again and again; trouble is logged by its kind, which holds no password."""
    while True:
        try:
            count = await asyncio.get_running_loop().run_in_executor(threads, post.fetch, url)
            if count:
                log.info("fetched %d mails", count)
        except Exception as error:
            log.warning("the mailbox could not be read (%s); trying again in a minute", type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
