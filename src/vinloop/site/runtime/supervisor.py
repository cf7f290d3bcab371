"""Starts the processes, watches them, starts a crashed one again, and stops them all together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from vinloop.site.runtime.lifeline import PARENT_VARIABLE
from vinloop.site.runtime.processes import EXIT_CONFIG, Process

log = logging.getLogger("vinloop.up")
LOOK_EVERY_SECONDS = 0.1
STOP_SECONDS = 7.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0
# Whoever ran this long is healthy: its next crash counts as the first again.
STEADY_SECONDS = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child:
    """One watched process and its history of crashes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.running: subprocess.Popen[bytes] | None = None
        self.pause = FIRST_PAUSE_SECONDS
        self.started_at = 0.0
        self.due_at: float | None = 0.0

    def start(self) -> None:
        """Start it in a group of its own: a Ctrl-C in the terminal reaches the supervisor alone."""
        environment = os.environ | {PARENT_VARIABLE: str(os.getpid())}
        self.running = subprocess.Popen(
            self.process.command_line(), stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        self.started_at, self.due_at = time.monotonic(), None

    def look(self) -> None:
        """Notice an end, plan the next start, and start when it is due."""
        if self.running is not None and self.running.poll() is not None:
            self._has_ended(self.running.returncode)
        if self.running is None and self.due_at is not None and time.monotonic() >= self.due_at:
            self.start()

    def _has_ended(self, code: int) -> None:
        self.end_group(signal.SIGKILL)
        self.running = None
        if code == EXIT_CONFIG:
            log.error("%s cannot run as configured and stays off until the next start", self.process.name)
            return
        if time.monotonic() - self.started_at > STEADY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        log.warning("%s ended (%s); starting it again in %.1f s", self.process.name, _reason(code), self.pause)
        self.due_at = time.monotonic() + self.pause
        self.pause = min(self.pause * 3, LONGEST_PAUSE_SECONDS)

    def end_group(self, wish: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self.running is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, wish)


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self.children = [Child(process) for process in processes]
        self.is_stopping = threading.Event()

    def run(self, on_look: Callable[[], None] = lambda: None) -> None:
        """Start and watch the children; returns when all have stopped. `on_look` is called at every look."""
        try:
            while not self.is_stopping.is_set():
                for child in self.children:
                    child.look()
                on_look()
                self.is_stopping.wait(LOOK_EVERY_SECONDS)
        finally:
            self.stop_children()

    def heed_signals(self) -> None:
        for wish in STOP_SIGNALS:
            signal.signal(wish, self._told_to_stop)

    def stop_children(self) -> None:
        """End everything: politely first, then by force."""
        running = [child.running for child in self.children if child.running is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.01))
        for child in self.children:
            child.end_group(signal.SIGKILL)
        for process in running:
            process.wait()

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping.set()


def _reason(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
