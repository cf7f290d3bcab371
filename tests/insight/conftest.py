"""The story the figures are told of."""

import pytest
from pytest_django import Settings

from tests.insight.story import Story, tell
from tests.leads.world import make_world


@pytest.fixture
def story(db: None, settings: Settings) -> Story:
    """Eight leads with known ends, six visits, one sale."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tell(make_world())
