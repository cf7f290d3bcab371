"""`vinloop import`: take in a CSV, XLSX or ADF file of leads."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vinloop.site.cli.output import CommandError, say
from vinloop.site.cli.product import product
from vinloop.site.runtime.processes import find_target

NAME = "import"
HELP = "import leads from a CSV, XLSX or ADF file"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", default="import", metavar="CODE", help="the lead source to record")
    parser.add_argument("--mapping", metavar="NAME", help="a JSON file, or field=column,… (default: by the head line)")
    parser.add_argument("--dry-run", action="store_true", help="check every row and keep nothing")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the refused rows here, with reasons")


def run(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise CommandError(f"there is no file {options.file}")
    with product():
        result = _import(options)
    taken = "would be taken" if options.dry_run else "taken"
    known = f"{result.merged} attached to leads that were there, {result.repeated} imported before"
    say(f"{result.accepted} {taken}, {known}, {result.refused} refused")
    return 1 if result.refused else 0


def _import(options: argparse.Namespace) -> Any:
    """Each chunk is committed by itself, so that an interrupted import can go on."""
    from vinloop.kernel.refusals import Refused

    try:
        return find_target("vinloop.connectors.imports:import_file")(
            path=options.file,
            source=options.source,
            mapping=options.mapping,
            dry_run=options.dry_run,
            errors=options.errors,
        )
    except (Refused, ValueError, OSError) as error:
        raise CommandError(str(error)) from error
