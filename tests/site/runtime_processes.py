"""Starting the real command in a data folder of its own, and seeing what it leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

PATIENCE = 60.0
Found = TypeVar("Found")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """Wait for a condition of another process, which can only be asked again and again."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {patience:.0f} s in vain for: {what}")


class Installation:
    """A data folder and the environment that points the command at it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("VINLOOP_", "DATABASE_", "DJANGO_"))
        } | {
            "VINLOOP_HOME": str(home),
            "VINLOOP_PORT": str(self.port),
            "VINLOOP_SMTP_PORT": "0",
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "vinloop.site.cli", *words]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=self.environment | variables,
            timeout=PATIENCE * 2,
        )

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    def start(self, *words: str) -> psutil.Popen:
        """The command on its own; what it says goes into the log."""
        with self.log.open("ab") as out:
            return psutil.Popen(
                self.command(*words), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment
            )

    @contextmanager
    def up(self, *words: str) -> Iterator[psutil.Popen]:
        """`vinloop up`, answering; stopped by the caller or, at the end, by force."""
        process = self.start("up", *words)
        try:
            until(lambda: self.answers() or process.poll() is not None, "the web server")
            assert process.poll() is None, self.log.read_text()
            yield process
        finally:
            with suppress(psutil.NoSuchProcess):
                process.kill()
            process.wait(10)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/static/kernel/mark.svg", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def processes(self) -> list[psutil.Process]:
        """Everything alive that belongs to this installation."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and (
                    str(self.home) in process.cmdline()
                    or process.environ().get("VINLOOP_HOME") == str(self.home)
                    or process.cwd().startswith(str(self.home))
                ):
                    found.append(process)
        return [process for process in found if process.pid != os.getpid()]

    def gone(self) -> bool:
        return not self.processes()


def kill(process: psutil.Process) -> None:
    process.send_signal(signal.SIGKILL)
