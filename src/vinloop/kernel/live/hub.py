"""Brings the listener, the clients and the regular check of their credentials together."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from django.db import Error

from vinloop.kernel.live.clients import Client, Register
from vinloop.kernel.live.identity import identify_all
from vinloop.kernel.live.listener import Listener

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many streams a process bears, and how often it does what it does; seconds."""

    most_clients: int = 8_000
    heartbeat: float = 20.0
    check: float = 60.0
    checked_at_once: int = 200


class Hub:
    """The live updates of one process. It starts with its first reader, in that reader's event loop."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.clients = Register()
        self.listener: Listener | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_running(self) -> bool:
        """Whether it was started here and nothing ended it."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    @property
    def is_connected(self) -> bool:
        """Whether a fact committed now would reach the streams."""
        return self.is_running and self.listener is not None and self.listener.is_connected

    @property
    def is_full(self) -> bool:
        """Whether another stream would be one too many."""
        return len(self.clients) >= self.pace.most_clients

    def start(self) -> Listener:
        """Start in the running event loop, unless that was done."""
        if self.listener is None or not self.is_running:
            self.listener = Listener(self.clients.tell, self._resync_all)
            self._tasks = [asyncio.create_task(self.listener.run()), asyncio.create_task(self._keep_checking())]
        return self.listener

    async def stop(self) -> None:
        """End every stream and let the connection go."""
        for client in self.clients:
            client.cut()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check_clients(self) -> None:
        """Cut streams whose session, token or owner is gone; move those who see something else now."""
        clients = list(self.clients)
        step = self.pace.checked_at_once
        for group in (clients[i : i + step] for i in range(0, len(clients), step)):
            await self._check(group)

    async def _check(self, group: list[Client]) -> None:
        for client, sight in zip(group, await identify_all([c.credentials for c in group]), strict=True):
            if sight is None:
                client.cut()
            else:
                self.clients.move(client, sight.organisation_ids)

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(self.pace.check)
            try:
                await self.check_clients()
            except Error as error:
                # Without the database nobody is told anything either; the next round decides.
                log.warning("live streams could not be checked (%s)", type(error).__name__)

    def _resync_all(self) -> None:
        for client in self.clients:
            client.resync()
