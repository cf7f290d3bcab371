"""`vinloop import`: take in a file of leads (CSV, XLSX, ADF) or of customers (also vCard and JSON lines)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vinloop.site.cli.output import CommandError, say
from vinloop.site.cli.product import in_terminal_language, product
from vinloop.site.runtime.processes import find_target

NAME = "import"
HELP = "import leads or customers from a file"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", metavar="NAME", help="the lead source, or the system these customers come from")
    parser.add_argument(
        "--as", dest="kind", choices=("leads", "customers"), help="what the file holds (default: by source and columns)"
    )
    parser.add_argument("--mapping", metavar="NAME", help="a JSON file, or field=column,… (default: by the head line)")
    parser.add_argument("--dry-run", action="store_true", help="check every row and keep nothing")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the refused rows here, with reasons")


def run(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise CommandError(f"there is no file {options.file}")
    with product(), in_terminal_language():
        result = _import(options)
    return _tell_records(result, options) if hasattr(result, "unchanged") else _tell_leads(result, options)


def _tell_leads(result: Any, options: argparse.Namespace) -> int:
    taken = "would be taken" if options.dry_run else "taken"
    known = f"{result.merged} attached to leads that were there, {result.repeated} imported before"
    say(f"{result.accepted} {taken}, {known}, {result.refused} refused")
    return 1 if result.refused else 0


def _tell_records(result: Any, options: argparse.Namespace) -> int:
    """Fails only where nothing could be taken: single bad rows are in the error file."""
    counts = f"{result.added} added, {result.changed} changed, {result.unchanged} unchanged"
    tried = " (tried, nothing kept)" if options.dry_run else ""
    say(f"{result.source}: {counts}, {result.refused} refused, {result.flagged} flagged{tried}")
    if not result.has_key:
        say("no column holds a key: a row that changes will come in as a new record")
    if not options.dry_run:
        say("bring them together with: vinloop customers resolve")
    return 1 if result.refused and not (result.added or result.changed or result.unchanged) else 0


def _import(options: argparse.Namespace) -> Any:
    """Each chunk is committed by itself, so that an interrupted import can go on."""
    from vinloop.kernel.refusals import Refused

    find_target("vinloop.site.demo:wait_for_loading")()
    try:
        return find_target("vinloop.connectors.imports:import_any")(
            path=options.file,
            source=options.source,
            kind=options.kind,
            mapping=options.mapping,
            dry_run=options.dry_run,
            errors=options.errors,
        )
    except (Refused, ValueError, OSError) as error:
        raise CommandError(str(error)) from error
