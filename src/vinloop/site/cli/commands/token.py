"""`vinloop token`: make, list and revoke API tokens."""

from __future__ import annotations

import argparse

from vinloop.site.cli.office import action, office, query
from vinloop.site.cli.output import say, say_table

NAME = "token"
HELP = "create, list and revoke API tokens"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    create = commands.add_parser("create", help="create a token and print it (it is shown this once)")
    create.add_argument("--user", required=True, metavar="NAME", help="whose rights the token carries")
    create.add_argument("--scope", action="append", default=[], help="limit it; may be repeated")
    create.add_argument("--organisation", metavar="CODE", help="limit it to one organisation")
    create.add_argument("--label", default="", help="what it is for")
    create.set_defaults(do=_create)
    listing = commands.add_parser("list", help="list tokens by their first characters")
    listing.add_argument("--user", metavar="NAME")
    listing.set_defaults(do=_list)
    revoke = commands.add_parser("revoke", help="end a token at once")
    revoke.add_argument("prefix", help="its first characters, as listed")
    revoke.set_defaults(do=_revoke)


def run(options: argparse.Namespace) -> int:
    options.do(options)
    return 0


def _create(options: argparse.Namespace) -> None:
    with office() as system:
        token = action("issue_token")(
            actor=system,
            username=options.user,
            scopes=tuple(options.scope),
            organisation=options.organisation,
            label=options.label,
        )
    say(token)


def _list(options: argparse.Namespace) -> None:
    with office() as system:
        tokens = query("list_tokens")(system, username=options.user)
        rows = [
            (token.prefix, token.user.username, token.label, "revoked" if token.revoked_at else "valid")
            for token in tokens
        ]
    say_table(("token", "user", "what for", "state"), rows)


def _revoke(options: argparse.Namespace) -> None:
    with office() as system:
        action("revoke_token")(actor=system, prefix=options.prefix)
    say(f"Revoked {options.prefix}")
