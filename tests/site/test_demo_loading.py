"""Loading the demo: at any moment of the year, all or nothing, and never beside real data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import Q

from vinloop.customers.models import Source
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.foundation import ensure_foundation
from vinloop.kernel.models import Event, Organisation
from vinloop.leads.models import Assignment, Contact, Lead, ShowroomVisit, TestDrive
from vinloop.site import demo

NOW = datetime(2026, 10, 14, 3, 20, tzinfo=UTC)
# In the middle of a working day, in the night of the lunar new year, and at a turn of the year.
MOMENTS = (NOW, datetime(2026, 2, 17, 15, 30, tzinfo=UTC), datetime(2027, 1, 1, 0, 5, tzinfo=UTC))


def test_an_installation_with_data_of_its_own_is_refused(db: None) -> None:
    Organisation.objects.create(kind="manufacturer", code="real", name="Real", path="/")
    with pytest.raises(demo.DemoRefused):
        demo.load(now=NOW, small=True)
    assert Organisation.objects.count() == 1
    assert demo.list_logins() == []


def test_an_installation_somebody_imported_into_is_refused(db: None) -> None:
    ensure_foundation()
    with acting(system_actor("command")):
        root = Organisation.objects.get()
        Source.objects.create(code="dms", name="DMS", owner=root, created_at=NOW)
    with pytest.raises(demo.DemoRefused):
        demo.load(now=NOW, small=True)
    with acting(system_actor("command")):
        assert Source.objects.get().owner == root
    assert demo.list_logins() == []


@pytest.mark.parametrize("now", MOMENTS)
def test_nothing_has_happened_after_now(db: None, now: datetime) -> None:
    demo.load(now=now, small=True)
    with acting(system_actor("command")):
        assert not Event.objects.filter(at__gt=now).exists()
        assert not Lead.objects.filter(Q(updated_at__gt=now) | Q(received_at__gt=now)).exists()
        assert not Contact.objects.filter(at__gt=now).exists()
        assert not ShowroomVisit.objects.filter(Q(arrived_at__gt=now) | Q(left_at__gt=now)).exists()
        assert not TestDrive.objects.filter(ends_at__gt=now, status="done").exists()
        assert not Assignment.objects.filter(Q(ended_at__gt=now) | Q(escalated_at__gt=now)).exists()


def picture() -> list[tuple[object, ...]]:
    """What the leads look like after a load that is undone."""
    with transaction.atomic():
        demo.load(now=NOW, small=True)
        with acting(system_actor("command")):
            rows = Lead.objects.order_by("ref").values_list("ref", "status", "level", "consultant__username")
            found: list[tuple[object, ...]] = list(rows)
        transaction.set_rollback(True)
    return found


def test_it_is_the_same_on_every_run(db: None) -> None:
    assert picture() == picture()
