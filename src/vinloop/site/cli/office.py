"""Acting as the system from the command line: whoever may run commands on the machine administers it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vinloop.site.cli.output import CommandError
from vinloop.site.cli.product import product
from vinloop.site.runtime.processes import find_target


@contextmanager
def office() -> Iterator[Any]:
    """The system as actor, with the product open. Refusals of the rooms become one line for the operator."""
    with product():
        from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

        system = find_target("vinloop.kernel.access.facts:system_actor")()
        acting = find_target("vinloop.kernel.access.scope:acting")
        try:
            with acting(system):
                yield system
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except (ObjectDoesNotExist, PermissionDenied, LookupError, ValueError) as error:
            raise CommandError(str(error) or type(error).__name__) from error


def action(name: str) -> Any:
    """An action on accounts and tokens."""
    return find_target(f"vinloop.kernel.accounts.actions:{name}")


def query(name: str) -> Any:
    """A query on accounts and tokens."""
    return find_target(f"vinloop.kernel.accounts.queries:{name}")
