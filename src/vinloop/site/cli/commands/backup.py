"""`vinloop backup FILE`: everything that cannot be made again, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from vinloop.site.cli.output import CommandError, say
from vinloop.site.runtime.backup import back_up
from vinloop.site.runtime.config import config
from vinloop.site.runtime.embedded import database_running

NAME = "backup"
HELP = "write database, uploaded files and secret key to one file, while people go on working"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(options: argparse.Namespace) -> int:
    target = options.file.absolute()
    if not target.parent.is_dir():
        raise CommandError(f"there is no folder {target.parent}")
    with database_running(config()):
        manifest = back_up(config(), target)
    size = target.stat().st_size / (1024 * 1024)
    say(f"Wrote {target} ({size:.1f} MiB, {manifest.files} files). It holds the secret key: keep it safe.")
    return 0
