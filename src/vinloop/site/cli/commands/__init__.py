"""One file per sub-command, in the order `vinloop --help` lists them."""

from __future__ import annotations

import argparse
from typing import Protocol

from vinloop.site.cli.commands import (
    backup,
    customers,
    demo,
    doctor,
    import_file,
    mail_listener,
    manage,
    migrate,
    restore,
    token,
    up,
    user,
    version,
    web,
    worker,
)


class Command(Protocol):
    """What each file offers."""

    NAME: str
    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


COMMANDS: tuple[Command, ...] = (
    up,
    migrate,
    demo,
    user,
    token,
    import_file,
    customers,
    backup,
    restore,
    doctor,
    web,
    worker,
    mail_listener,
    version,
    manage,
)
