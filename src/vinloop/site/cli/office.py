"""Acting as the system from the command line: whoever may run commands on the machine administers it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vinloop.site.cli.output import CommandError
from vinloop.site.cli.product import product

if TYPE_CHECKING:
    from vinloop.kernel.access.actor import Actor
    from vinloop.kernel.models import Organisation, User


@contextmanager
def office() -> Iterator[Actor]:
    """The system as actor, with the product open. Refusals of the rooms become one line for the operator."""
    with product():
        from django.core.exceptions import ValidationError
        from django.utils import translation

        from vinloop.kernel.access.actor import NotAllowed
        from vinloop.kernel.access.facts import system_actor
        from vinloop.kernel.access.scope import acting
        from vinloop.kernel.models import Organisation
        from vinloop.kernel.refusals import Refused

        try:
            # The command line speaks English throughout.
            with translation.override("en"), acting(system_actor(door="command")) as system:
                yield system
        except Organisation.DoesNotExist as error:
            raise CommandError("there is no headquarters yet; run: vinloop demo, or set one up on screen") from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except (NotAllowed, Refused) as error:
            raise CommandError(str(error)) from error


def user_named(username: str) -> User:
    """The user with that log-in name. Raises `CommandError`."""
    from vinloop.kernel.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"there is no user {username}; vinloop user list shows them")
    return user


def organisation_coded(code: str) -> Organisation:
    """The organisation with that code. Raises `CommandError`."""
    from vinloop.kernel.models import Organisation

    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise CommandError(f"there is no organisation with the code {code}")
    return organisation


def first_organisation_of(user: User) -> Organisation:
    """Where the user has the widest reach. Raises `CommandError` for a user without any role."""
    from vinloop.kernel.accounts.queries import organisations_in_reach

    organisation = organisations_in_reach(user).first()
    if organisation is None:
        raise CommandError(f"{user.username} has no role in any organisation, so a token could do nothing")
    return organisation
