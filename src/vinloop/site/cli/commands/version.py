"""`vinloop version`: which version this is."""

from __future__ import annotations

import argparse
from importlib.metadata import version

from vinloop.site.cli.output import say

NAME = "version"
HELP = "print the version"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    say(version("vinloop"))
    return 0
