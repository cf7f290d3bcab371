"""Prints or writes the matrix of roles and addresses."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from vinloop.site.access_matrix import render_matrix


class Command(BaseCommand):
    """``--write docs/access-matrix.md`` refreshes the committed snapshot."""

    help = "Print who may open which address, or write it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: where to."""
        parser.add_argument("--write", type=Path, help="the file to write instead of printing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Enumerate, then print or write."""
        text = render_matrix()
        if options["write"]:
            options["write"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)
