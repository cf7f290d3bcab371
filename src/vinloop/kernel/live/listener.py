"""The process's one connection that listens for facts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import msgspec
import psycopg

from vinloop.kernel.db.connect import connection_facts
from vinloop.kernel.live.clients import Message

log = logging.getLogger(__name__)
CHANNEL = "vinloop_events"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_QUIET_SECONDS = 20.0


class _Payload(msgspec.Struct):
    organisation: int
    kind: str
    ref: str = ""


class Listener:
    """Hears NOTIFY for as long as it runs, and connects again when the database goes away.

    ``on_message`` is called for each fact, ``on_gap`` after every connection: what was announced before is lost,
    so whoever watches already must fetch again.
    """

    def __init__(self, on_message: Callable[[Message], None], on_gap: Callable[[], None]) -> None:
        self.is_connected = False
        self.connected = asyncio.Event()
        self._on_message = on_message
        self._on_gap = on_gap

    async def run(self) -> None:
        """Listen until cancelled."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("live updates lost the database (%s); trying again", type(error).__name__)
            pause = _FIRST_PAUSE if self.is_connected else min(pause * 2, _LONGEST_PAUSE)
            self._lost()
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**connection_facts("live"), autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._found()
            while True:
                async for notice in connection.notifies(timeout=_QUIET_SECONDS):
                    self._hear(notice.payload)
                # Nothing for a while: make sure that somebody is still there.
                await connection.execute("SELECT 1")

    def _found(self) -> None:
        self.is_connected = True
        self.connected.set()
        self._on_gap()

    def _lost(self) -> None:
        self.is_connected = False
        self.connected.clear()

    def _hear(self, payload: str) -> None:
        with suppress(msgspec.DecodeError):
            heard = msgspec.json.decode(payload, type=_Payload)
            self._on_message(Message(heard.organisation, heard.kind, heard.ref))
