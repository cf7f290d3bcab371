"""`vinloop migrate`: make the database and bring its tables up to date."""

from __future__ import annotations

import argparse

from vinloop.site.cli.output import say
from vinloop.site.cli.product import product

NAME = "migrate"
HELP = "make the database and bring its tables up to date"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing when there is nothing to do")


def run(options: argparse.Namespace) -> int:
    with product(migrated=False) as settings:
        from vinloop.site.runtime.schema import migrate

        steps = migrate(settings.effective_database_url, say)
    if not steps and not options.quiet:
        say("The database is up to date")
    return 0
