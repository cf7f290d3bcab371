"""Jobs as somebody calls them: in a worker's thread, or within the transaction of whoever calls."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.kernel.people import make_network

from vinloop.kernel.jobs import declare
from vinloop.kernel.jobs.chores import retry_stalled_jobs
from vinloop.kernel.models import Organisation


@pytest.mark.django_db
def test_a_job_within_a_transaction_leaves_the_connection_alone() -> None:
    make_network()
    held = connection.connection
    retry_stalled_jobs(timestamp=0)
    assert connection.connection is held
    assert Organisation.objects.filter(code="D1").exists()


def test_outside_a_transaction_old_connections_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[bool] = []
    monkeypatch.setattr(declare, "close_old_connections", lambda: dropped.append(True))
    declare._drop_old_connections()
    assert dropped == [True]
