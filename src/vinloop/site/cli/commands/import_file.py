"""`vinloop import`: take in a CSV, XLSX or ADF file of leads."""

from __future__ import annotations

import argparse
from pathlib import Path

from vinloop.site.cli.office import office
from vinloop.site.cli.output import CommandError, say
from vinloop.site.runtime.processes import find_target

NAME = "import"
HELP = "import leads from a CSV, XLSX or ADF file"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", default="import", metavar="CODE", help="the lead source to record")
    parser.add_argument("--mapping", metavar="NAME", help="a saved column mapping (default: by the head line)")
    parser.add_argument("--dry-run", action="store_true", help="check every row and keep nothing")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the refused rows here, with reasons")


def run(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise CommandError(f"there is no file {options.file}")
    with office() as system:
        result = find_target("vinloop.connectors.imports:import_file")(
            actor=system,
            path=options.file,
            source=options.source,
            mapping=options.mapping,
            dry_run=options.dry_run,
            errors=options.errors,
        )
    say(f"{result.accepted} taken, {result.merged} attached to leads that were there, {result.refused} refused")
    return 1 if result.refused else 0
