"""`vinloop demo`: load the believable small network to try things on, or list its log-ins."""

from __future__ import annotations

import argparse

from vinloop.site.cli.output import CommandError, say, say_json
from vinloop.site.cli.product import in_terminal_language, product
from vinloop.site.runtime.processes import find_target

NAME = "demo"
HELP = "load the demo network (24 dealers, 12 months of history), or list its log-ins"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list-logins", action="store_true", help="print the demo log-ins as JSON and load nothing")
    parser.add_argument("--small", action="store_true", help="a few weeks of history only, in a few seconds")
    parser.add_argument("--if-empty", action="store_true", help="do nothing when it is loaded already")


def run(options: argparse.Namespace) -> int:
    with product():
        with in_terminal_language():
            logins = find_target("vinloop.site.demo:list_logins")()
        if options.list_logins:
            say_json(logins)
        elif options.if_empty and logins:
            return 0
        else:
            _load(small=options.small)
    return 0


def _load(*, small: bool) -> None:
    from vinloop.site.demo import DemoRefused, load

    try:
        load(small=small, say=say)
    except DemoRefused as refusal:
        raise CommandError(str(refusal)) from refusal
