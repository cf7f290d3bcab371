"""`vinloop manage …`: Django's own management commands, for developers."""

from __future__ import annotations

import argparse

from vinloop.site.cli.product import product

NAME = "manage"
HELP = "run a Django management command (for developers)"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="a Django command and its options")
    parser.set_defaults(takes_rest=True)


def run(options: argparse.Namespace) -> int:
    with product(migrated=False):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["vinloop manage", *options.words, *options.rest])
    return 0
