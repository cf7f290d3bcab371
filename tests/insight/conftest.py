"""The story the figures are told of."""

import pytest

from tests.insight.story import Story, tell
from tests.leads.world import make_world


@pytest.fixture
def story(db: None) -> Story:
    """Eight leads with known ends, six visits, one sale."""
    return tell(make_world())
