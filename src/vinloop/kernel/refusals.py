"""How an action says no to something a person can put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Refused(Exception):
    """The action was not done and nothing was changed; ``message`` tells the person why and what to do.

    ``code`` is stable, for programs; ``field`` names the input it is about, empty when it is about none.
    """

    def __init__(self, code: str, message: StrOrPromise, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
