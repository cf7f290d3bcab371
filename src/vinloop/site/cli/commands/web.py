"""`vinloop web`: the web server alone, for an installation spread over several machines."""

from __future__ import annotations

import argparse

from vinloop.site.runtime.config import config
from vinloop.site.runtime.embedded import database_running

NAME = "web"
HELP = "run the web server alone (vinloop up runs it for you)"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    from vinloop.site.runtime.web import serve

    with database_running(config()):
        serve(config())
    return 0
