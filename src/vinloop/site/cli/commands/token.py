"""`vinloop token`: make, list and revoke API tokens."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vinloop.site.cli.office import first_organisation_of, office, organisation_coded, user_named
from vinloop.site.cli.output import CommandError, say, say_table

if TYPE_CHECKING:
    from vinloop.kernel.models import ApiToken

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
        from vinloop.kernel.accounts.actions import TokenTerms, create_token

        user = user_named(options.user)
        code = options.organisation
        token = create_token(
            actor=system,
            user=user,
            organisation=organisation_coded(code) if code else first_organisation_of(user),
            terms=TokenTerms(label=options.label, scopes=frozenset(options.scope)),
            at=datetime.now(UTC),
        )
    say(token)


def _list(options: argparse.Namespace) -> None:
    with office() as system:
        from vinloop.kernel.accounts.queries import tokens_in_sight

        tokens = tokens_in_sight(system)
        if options.user:
            tokens = tokens.filter(user=user_named(options.user))
        rows = [
            (token.prefix, token.user.username, token.organisation.code, token.label, _state(token)) for token in tokens
        ]
    say_table(("token", "user", "organisation", "what for", "state"), rows)


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    is_over = token.expires_at is not None and token.expires_at <= datetime.now(UTC)
    return "expired" if is_over else "valid"


def _revoke(options: argparse.Namespace) -> None:
    with office() as system:
        from vinloop.kernel.accounts.actions import revoke_token
        from vinloop.kernel.accounts.queries import tokens_in_sight

        found = list(tokens_in_sight(system).filter(prefix=options.prefix, revoked_at__isnull=True))
        if len(found) != 1:
            raise CommandError(f"{len(found) or 'no'} valid tokens begin with {options.prefix}; see vinloop token list")
        revoke_token(actor=system, token=found[0], at=datetime.now(UTC))
    say(f"Revoked {options.prefix}")
