"""Customers are tested in the world of the loop: that is where they come from."""

from tests.leads.conftest import headquarters, manager, stranger, world

__all__ = ["headquarters", "manager", "stranger", "world"]
