"""Customers are tested in the world of the loop: that is where they come from."""

from tests.leads.conftest import world

__all__ = ["world"]
