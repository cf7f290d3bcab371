"""The world the loop's tests live in."""

import pytest

from tests.leads.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A fresh network with people, cars and reasons."""
    return make_world()
