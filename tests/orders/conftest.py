"""Orders are tested in the world of the loop: they end it."""

from tests.leads.conftest import world

__all__ = ["world"]
