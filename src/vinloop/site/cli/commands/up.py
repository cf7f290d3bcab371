"""`vinloop up`: the whole product on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import ipaddress
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from vinloop.site.cli.demo_logins import read_logins, say_logins
from vinloop.site.cli.output import CommandError, say
from vinloop.site.runtime.config import Config, config
from vinloop.site.runtime.database import has_users, prepare_database
from vinloop.site.runtime.embedded import database_running
from vinloop.site.runtime.lifeline import PARENT_VARIABLE
from vinloop.site.runtime.locks import FileLock
from vinloop.site.runtime.paths import make_home
from vinloop.site.runtime.ports import claimed_port
from vinloop.site.runtime.processes import wanted_processes
from vinloop.site.runtime.supervisor import Supervisor

NAME = "up"
HELP = "run everything: database, web server, background jobs, mail; Ctrl-C stops it"
SLOW_START_SECONDS = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="load the demo network on the first start")


def run(options: argparse.Namespace) -> int:
    settings = config()
    supervisor = Supervisor(wanted_processes(settings))
    with _alone(settings), _port_claimed(settings):
        if settings.uses_embedded_database:
            say(f"Starting the database in {settings.home}")
        with database_running(settings):
            prepare_database(settings.effective_database_url)
            _run_first("migrate", "--quiet")
            if options.demo:
                _run_first("demo", "--if-empty")
            logins = read_logins() if options.demo else []
            is_new = not has_users(settings.effective_database_url)
            supervisor.heed_signals()
            supervisor.run(_announcer(settings, logins, is_new=is_new))
            say("Stopping")
    say("Stopped")
    return 0


@contextmanager
def _alone(settings: Config) -> Iterator[None]:
    """One `vinloop up` per data folder."""
    make_home(settings.home)
    with FileLock(settings.home / "up.lock") as lock:
        if not lock.try_exclusive():
            raise CommandError(f"already running from {settings.home}: {lock.read()}")
        lock.write(f"process {os.getpid()}, {settings.public_url}")
        yield


@contextmanager
def _port_claimed(settings: Config) -> Iterator[None]:
    """One server per address, and it is said before the database is touched."""
    with ExitStack() as stack:
        try:
            stack.enter_context(claimed_port(settings.host, settings.port))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
                "stop the other program or set VINLOOP_PORT"
            ) from error
        yield


def _run_first(*words: str) -> None:
    """Run a command in a process of its own, so that this one stays small."""
    command = [sys.executable, "-m", "vinloop.site.cli", *words]
    code = subprocess.run(command, check=False, env=os.environ | {PARENT_VARIABLE: str(os.getpid())}).returncode
    if code:
        raise CommandError(f"vinloop {words[0]} failed (exit code {code}); nothing was started")


def _announcer(settings: Config, logins: list[dict[str, str]], *, is_new: bool) -> Callable[[], None]:
    """Says where the product is, once it answers there."""
    started = time.monotonic()
    state = {"said": False, "warned": False}

    def look() -> None:
        if state["said"]:
            return
        if _answers(settings):
            state["said"] = True
            say_logins(logins)
            say(f"\nVinloop is running at {settings.public_url} (Ctrl-C stops it)")
            if is_new:
                say("Nobody can log in yet: in another window, run `vinloop user create NAME`, or `vinloop demo`")
        elif not state["warned"] and time.monotonic() - started > SLOW_START_SECONDS:
            state["warned"] = True
            say("The web server has not answered yet; the lines above may say why")

    return look


def _answers(settings: Config) -> bool:
    try:
        with socket.create_connection((_reachable(settings.host), settings.port), timeout=1):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    """Where this machine reaches what listens at an address: who listens everywhere is reached at home."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
