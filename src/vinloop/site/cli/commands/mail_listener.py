"""`vinloop mail-listener`: takes in mail by SMTP and fetches it by IMAP."""

from __future__ import annotations

import argparse

from vinloop.site.cli.product import product
from vinloop.site.runtime.processes import MAIL, find_target

NAME = "mail-listener"
HELP = "take in mail by SMTP and IMAP (vinloop up runs it for you)"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    with product():
        find_target(MAIL.target)()
    return 0
