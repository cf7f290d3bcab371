"""The command's entry: finds the sub-command, runs it, and turns failures into one line and an exit code."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from vinloop.site.cli.commands import COMMANDS
from vinloop.site.cli.output import CommandError, complain
from vinloop.site.runtime.cluster import DatabaseStartError
from vinloop.site.runtime.config import ConfigError, config
from vinloop.site.runtime.database import DatabaseNotUsableError
from vinloop.site.runtime.lifeline import tie_to_parent
from vinloop.site.runtime.processes import EXIT_CONFIG, PartMissingError

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `vinloop` with the given words (the process's own by default) and return its exit code."""
    parser = build_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not getattr(options, "takes_rest", False):
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    return _run(options)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vinloop", description="Vinloop, the open-source automotive CRM.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        sub = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.configure(sub)
        sub.set_defaults(run=module.run)
    return parser


def _run(options: argparse.Namespace) -> int:
    try:
        tie_to_parent()
        logging.basicConfig(level=config().log_level, format=LOG_FORMAT)
        for chatty in ("procrastinate.blueprints", "procrastinate.periodic"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        return int(options.run(options))
    except (ConfigError, PartMissingError) as error:
        complain(str(error))
        return EXIT_CONFIG
    except (CommandError, DatabaseStartError, DatabaseNotUsableError) as error:
        complain(str(error))
        return 1
    except BrokenPipeError:
        # The reader of a pipe (head, less) had enough.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
