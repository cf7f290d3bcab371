"""The `vinloop` command.

Each sub-command is a small file in `commands` which parses its arguments, calls one function of another room and
says what happened. It must not hold rules: what a command does, a screen or the API can do as well.
"""

from vinloop.site.cli.entry import main

__all__ = ["main"]
