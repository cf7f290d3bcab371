"""What every test may use. The database is a real PostgreSQL, entered with the rights the product has."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.databases import cloned_database, database_server
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.search import search_key

# On a busy machine the same examples take longer; how long says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file that prepares an installation or a demo for all its tests on one of the parallel workers."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("process", "browser", "prepared")):
            item.add_marker(
                pytest.mark.xdist_group(item.path.parent.name if "journeys" in item.path.parts else item.path.stem)
            )


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """gw0, gw1, … under xdist; main without."""
    workerinput: dict[str, str] = getattr(request.config, "workerinput", {})
    return workerinput.get("workerid", "main")


@pytest.fixture(scope="session")
def django_db_setup(worker_name: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces pytest-django's own: a clone of the migrated template, dropped at the end."""
    with django_db_blocker.unblock(), database_server(), cloned_database(worker_name):
        search_key()  # read once per process: a test that empties every table takes the installation's row with it
        yield


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """What a process remembers for some seconds must not outlive the test whose rows are rolled back."""
    forget_everything()
