"""`vinloop customers`: resolve who is who, and write out the links."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vinloop.site.cli.output import say
from vinloop.site.cli.product import product
from vinloop.site.runtime.processes import find_target

NAME = "customers"
HELP = "resolve which records are one customer, and list the links"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    resolve = commands.add_parser("resolve", help="tie source records to customers")
    resolve.add_argument("--full", action="store_true", help="train the model and score every record anew")
    resolve.add_argument("--memory", type=float, default=2.0, metavar="GB", help="most memory the engine may take")
    resolve.set_defaults(do=_resolve)
    links = commands.add_parser("links", help="write source, key, customer and probability of every source record")
    links.add_argument("--out", type=Path, required=True, metavar="FILE", help="a CSV file")
    links.set_defaults(do=_links)
    reseal = commands.add_parser("reseal", help="seal identity numbers with the secret key of today")
    reseal.set_defaults(do=_reseal)


def run(options: argparse.Namespace) -> int:
    with product():
        options.do(options)
    return 0


def _resolve(options: argparse.Namespace) -> None:
    result = find_target("vinloop.customers.running:resolve_now")(
        is_full=options.full, memory=options.memory, threads=os.cpu_count() or 1, tell=say
    )
    say(
        f"{result.records} records are {result.customers} customers: {result.created} new, {result.merged} merged, "
        f"{result.to_review} pairs wait for review"
    )


def _links(options: argparse.Namespace) -> None:
    count = find_target("vinloop.customers.running:write_links")(path=options.out)
    say(f"{count} links in {options.out}")


def _reseal(_options: argparse.Namespace) -> None:
    result = find_target("vinloop.customers.running:reseal_now")()
    say(f"{result.done} identity numbers are under the key of today")
    if result.lost:
        say(f"{result.lost} can't be opened with any key: put the old one into VINLOOP_SECRET_KEY_FALLBACKS and repeat")
