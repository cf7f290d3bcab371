"""`vinloop worker`: background jobs, on as many machines as there is work for."""

from __future__ import annotations

import argparse

from vinloop.site.cli.product import product
from vinloop.site.runtime.processes import WORKER, find_target

NAME = "worker"
HELP = "run background jobs (vinloop up runs it for you)"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    with product():
        find_target(WORKER.target)()
    return 0
