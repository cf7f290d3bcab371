"""The world the loop's tests live in."""

import pytest

from tests.leads.callers import Caller
from tests.leads.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A fresh network with people, cars and reasons."""
    return make_world()


@pytest.fixture
def manager(world: World) -> Caller:
    """A program of dealer D1's manager."""
    return Caller(world.manager, world.network.dealer)


@pytest.fixture
def stranger(world: World) -> Caller:
    """A program of another dealer's manager, who knows nobody."""
    return Caller(world.other_manager, world.network.sister)


@pytest.fixture
def headquarters(world: World) -> Caller:
    """A program of headquarters."""
    return Caller(world.headquarters, world.network.root)
