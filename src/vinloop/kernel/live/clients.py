"""Who is watching, and what waits to be told to each of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

QUEUE = 100


@dataclass(frozen=True, slots=True)
class Message:
    """A fact as the database announced it."""

    organisation_id: int
    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a stream was opened with, to be checked again while it is open."""

    session_key: str = ""
    token: str = ""


@dataclass(eq=False, slots=True)
class Client:
    """One open stream. ``organisation_ids`` None sees everything; no ``kinds`` means all.

    What it was not told yet waits in a queue of at most 100; a client slower than that is told to fetch
    everything again (``resync``) instead of being remembered for.
    """

    credentials: Credentials
    organisation_ids: frozenset[int] | None
    kinds: tuple[str, ...] = ()
    is_cut: bool = False
    needs_resync: bool = False
    waiting: deque[Message] = field(default_factory=deque)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, message: Message) -> None:
        """Queue a message it may see and asked for."""
        if self.needs_resync or not self._wants(message):
            return
        self.waiting.append(message)
        if len(self.waiting) > QUEUE:
            self.resync()
        self.changed.set()

    def resync(self) -> None:
        """Forget the queue and tell the screen to fetch itself again."""
        self.waiting.clear()
        self.needs_resync = True
        self.changed.set()

    def cut(self) -> None:
        """End the stream."""
        self.is_cut = True
        self.changed.set()

    def take(self) -> tuple[bool, list[Message]]:
        """Whether to resync, and the messages since the last call."""
        self.changed.clear()
        resync, messages = self.needs_resync, list(self.waiting)
        self.needs_resync = False
        self.waiting.clear()
        return resync, messages

    def _wants(self, message: Message) -> bool:
        # Checked here as well as by the register: what is not visible must not depend on one index being right.
        if self.organisation_ids is not None and message.organisation_id not in self.organisation_ids:
            return False
        return not self.kinds or any(message.kind == k or message.kind.startswith(f"{k}.") for k in self.kinds)


class Register:
    """All clients of a process, found by organisation so that a message costs only its readers."""

    def __init__(self) -> None:
        self._all: set[Client] = set()
        self._everywhere: set[Client] = set()
        self._by_organisation: defaultdict[int, set[Client]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Client]:
        return iter(tuple(self._all))

    def add(self, client: Client) -> None:
        """Start telling a client."""
        self._all.add(client)
        for readers in self._places(client):
            readers.add(client)

    def remove(self, client: Client) -> None:
        """Stop telling a client; harmless for one that is gone."""
        self._all.discard(client)
        for readers in self._places(client):
            readers.discard(client)
        for organisation_id in client.organisation_ids or ():
            if not self._by_organisation[organisation_id]:
                del self._by_organisation[organisation_id]

    def move(self, client: Client, organisation_ids: frozenset[int] | None) -> None:
        """Change what a client sees; a client that left meanwhile stays away."""
        if client not in self._all or client.organisation_ids == organisation_ids:
            return
        self.remove(client)
        client.organisation_ids = organisation_ids
        self.add(client)
        client.resync()

    def tell(self, message: Message) -> None:
        """Tell everybody who sees the organisation."""
        for client in (*self._everywhere, *self._by_organisation.get(message.organisation_id, ())):
            client.tell(message)

    def _places(self, client: Client) -> Iterable[set[Client]]:
        if client.organisation_ids is None:
            return [self._everywhere]
        return [self._by_organisation[organisation_id] for organisation_id in client.organisation_ids]
