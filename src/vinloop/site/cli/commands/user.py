"""`vinloop user`: make, list and stop user accounts, and set passwords."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vinloop.site.cli.office import office, organisation_coded, user_named
from vinloop.site.cli.output import CommandError, say, say_table

if TYPE_CHECKING:
    from vinloop.kernel.access.actor import Actor
    from vinloop.kernel.accounts.actions import Appointment

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
        from vinloop.kernel.accounts.actions import PersonDetails, create_user

        create_user(
            actor=system,
            person=PersonDetails(username=options.username, name=options.name or options.username, email=options.email),
            password=password,
            at=datetime.now(UTC),
            appointment=_appointment(system, options.role, options.organisation),
        )
    say(f"Created {options.username}")


def _appointment(system: Actor, role_code: str, organisation_code: str) -> Appointment:
    from vinloop.kernel.accounts.actions import Appointment
    from vinloop.kernel.models import Organisation, Role

    role = Role.objects.filter(code=role_code).first()
    if role is None:
        codes = ", ".join(Role.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"there is no role {role_code}; there are: {codes}")
    if organisation_code:
        return Appointment(role, organisation_coded(organisation_code))
    return Appointment(role, Organisation.objects.get(pk=system.organisation_id))


def _list(options: argparse.Namespace) -> None:
    del options
    with office() as system:
        from vinloop.kernel.accounts.queries import people_in_sight

        people = people_in_sight(system)
        rows = [(user.username, user.name, "yes" if user.is_active else "no") for user in people]
    say_table(("user", "name", "may log in"), rows)


def _disable(options: argparse.Namespace) -> None:
    with office() as system:
        from vinloop.kernel.accounts.actions import disable_user

        disable_user(actor=system, user=user_named(options.username), at=datetime.now(UTC))
    say(f"{options.username} can no longer log in")


def _set_password(options: argparse.Namespace) -> None:
    password = read_password()
    with office() as system:
        from vinloop.kernel.accounts.actions import set_password

        set_password(actor=system, user=user_named(options.username), password=password, at=datetime.now(UTC))
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
