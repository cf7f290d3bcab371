"""`vinloop restore FILE`: put an installation back as a backup has it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vinloop.site.cli.output import CommandError, say
from vinloop.site.cli.product import start_django
from vinloop.site.runtime.archive import ArchiveError
from vinloop.site.runtime.backup import restore
from vinloop.site.runtime.config import Config, config
from vinloop.site.runtime.embedded import database_running
from vinloop.site.runtime.locks import is_taken
from vinloop.site.runtime.paths import make_home
from vinloop.site.runtime.processes import PartMissingError, find_target

NAME = "restore"
HELP = "put database, uploaded files and secret key back from a backup"
GENERATION = "vinloop.kernel.events.positions:begin_generation"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--force", action="store_true", help="replace everything in a database that is not empty")


def run(options: argparse.Namespace) -> int:
    settings = config()
    make_home(settings.home)
    if is_taken(settings.home / "up.lock"):
        raise CommandError("Vinloop runs from this data folder; stop it first")
    with database_running(settings):
        try:
            manifest = restore(settings, options.file, force=options.force)
        except ArchiveError as error:
            raise CommandError(f"{error}. Nothing was changed.") from error
        _bring_up_to_date(settings)
    say(f"Restored the backup of {manifest.created_at} (version {manifest.version}, {manifest.files} files)")
    if os.environ.get("VINLOOP_SECRET_KEY"):
        say("VINLOOP_SECRET_KEY is set and wins over the key in the backup; sessions made with the other key end")
    return 0


def _bring_up_to_date(settings: Config) -> None:
    """Newer tables than the backup's, and a new generation of event positions: transaction numbers of another
    server mean nothing here."""
    start_django()
    from vinloop.site.runtime.schema import migrate

    migrate(settings.effective_database_url, say)
    try:
        find_target(GENERATION)()
    except PartMissingError:
        return
