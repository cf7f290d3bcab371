"""The processes a running installation consists of. This is the one place where they are listed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from vinloop.site.runtime.config import Config

# An exit with this code says: starting me again will not help (EX_CONFIG of sysexits).
EXIT_CONFIG = 78


class PartMissingError(Exception):
    """A part of the product that this command needs is not in this build."""

    def __init__(self, target: str) -> None:
        super().__init__(f"this build has no {target.partition(':')[0]}")


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of child process: `vinloop <command>`, doing `target`, wanted or not by the configuration.

    A `target` is `module:function`; it is called without arguments after Django is set up and returns when the
    process is told to stop (SIGTERM).
    """

    name: str
    command: str
    target: str
    is_wanted: Callable[[Config], bool] = lambda config: True

    def command_line(self) -> list[str]:
        return [sys.executable, "-m", "vinloop.site.cli", self.command]


WEB = Process("web", "web", "vinloop.site.runtime.web:serve")
WORKER = Process("worker", "worker", "vinloop.kernel.jobs.worker:run")
MAIL = Process(
    "mail",
    "mail-listener",
    "vinloop.connectors.mail.listener:run",
    lambda config: bool(config.smtp_port or config.imap_url),
)
PROCESSES = (WEB, WORKER, MAIL)


def wanted_processes(config: Config) -> list[Process]:
    return [process for process in PROCESSES if process.is_wanted(config)]


def find_target(target: str) -> Any:
    """The function behind `module:function`. Raises `PartMissingError`, and real import errors as they are."""
    module, _, name = target.partition(":")
    parents = module.split(".")
    for end in range(1, len(parents) + 1):
        if find_spec(".".join(parents[:end])) is None:
            raise PartMissingError(target)
    function = getattr(importlib.import_module(module), name, None)
    if function is None:
        raise PartMissingError(target)
    return function
