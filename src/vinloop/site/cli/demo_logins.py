"""Shows the demo log-ins after the start, when the demo network is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from vinloop.site.cli.output import say, say_table
from vinloop.site.runtime.lifeline import PARENT_VARIABLE

COLUMNS = ("role", "username", "password", "organisation")


def read_logins() -> list[dict[str, str]]:
    """The demo log-ins; none when there is no demo network."""
    command = [sys.executable, "-m", "vinloop.site.cli", "demo", "--list-logins"]
    environment = os.environ | {PARENT_VARIABLE: str(os.getpid())}
    result = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if result.returncode or not result.stdout.strip():
        return []
    return list(json.loads(result.stdout))


def say_logins(logins: list[dict[str, str]]) -> None:
    """Print a small table of log-ins per role."""
    if logins:
        say("\nDemo log-ins")
        say_table(COLUMNS, [[str(login.get(column, "")) for column in COLUMNS] for login in logins])
