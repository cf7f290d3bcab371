"""`vinloop user`: make, list and stop user accounts, and set passwords."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from vinloop.site.cli.office import action, office, query
from vinloop.site.cli.output import CommandError, say, say_table

NAME = "user"
HELP = "create, list and disable users, set passwords"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    create = _sub(commands, "create", "create a user", _create)
    create.add_argument("username")
    create.add_argument("--name", default="", help="the name people see (default: the user name)")
    create.add_argument("--email", default="")
    create.add_argument("--role", default="administrator", help="a role's code (default: administrator)")
    create.add_argument("--organisation", default="", metavar="CODE", help="default: headquarters")
    _sub(commands, "list", "list all users", _list)
    _sub(commands, "disable", "stop a user from logging in", _disable).add_argument("username")
    _sub(commands, "set-password", "set a user's password", _set_password).add_argument("username")


def run(options: argparse.Namespace) -> int:
    options.do(options)
    return 0


def _sub(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    do: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.set_defaults(do=do)
    return parser


def _create(options: argparse.Namespace) -> None:
    password = read_password()
    with office() as system:
        action("create_user")(
            actor=system,
            username=options.username,
            name=options.name or options.username,
            email=options.email,
            password=password,
            role=options.role,
            organisation=options.organisation or None,
        )
    say(f"Created {options.username}")


def _list(options: argparse.Namespace) -> None:
    del options
    with office() as system:
        rows = [(user.username, user.name, "yes" if user.is_active else "no") for user in query("list_users")(system)]
    say_table(("user", "name", "may log in"), rows)


def _disable(options: argparse.Namespace) -> None:
    with office() as system:
        action("disable_user")(actor=system, username=options.username)
    say(f"{options.username} can no longer log in")


def _set_password(options: argparse.Namespace) -> None:
    password = read_password()
    with office() as system:
        action("set_password")(actor=system, username=options.username, password=password)
    say(f"Set the password of {options.username}")


def read_password() -> str:
    """From the keyboard, twice, unseen; or the first line of a pipe. Never an argument: others could read it."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise CommandError("the two passwords differ; nothing was changed")
    if not password:
        raise CommandError("no password given; type one or pipe one in")
    return password
