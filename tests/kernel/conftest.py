"""What tests of the kernel share."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def quick_hashes() -> Iterator[None]:
    """Hash passwords quickly: these tests are about who gets in, not about how long guessing takes."""
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield
