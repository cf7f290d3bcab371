"""Pages by key, the feed of facts, and the plan PostgreSQL makes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.kernel.programs import AT, Network, bearer, make_network, member, token_of

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.events import Fact
from vinloop.kernel.models import Event, Organisation, ReceivedDocument
from vinloop.kernel.paging import CursorInvalid, Slice, paginate

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.api_probe")]


class ProbeTouched(Fact, frozen=True, kw_only=True):
    kind = "kernel.ProbeTouched"


class ProbeHidden(Fact, frozen=True, kw_only=True):
    kind = "kernel.ProbeHidden"
    is_public = False


@pytest.fixture
def network() -> Network:
    return make_network()


def write(owner: Organisation, count: int) -> None:
    """Documents of which three at a time share their moment."""
    rows = [
        ReceivedDocument(
            owner=owner, ref=f"R{n:03}", size=n, body=b"", received_at=AT + timedelta(minutes=n // 3), channel="x"
        )
        for n in range(count)
    ]
    ReceivedDocument.objects.bulk_create(rows)


def refs(page: Slice[ReceivedDocument]) -> list[str]:
    return [row.ref for row in page.items]


def test_forth_and_back_over_equal_moments(network: Network) -> None:
    with acting(system_actor()):
        write(network.dealer, 10)
        rows = ReceivedDocument.objects.all()
        first = paginate(rows, limit=4)
        second = paginate(rows, cursor=first.next, limit=4)
        third = paginate(rows, cursor=second.next, limit=4)
        assert refs(first) + refs(second) + refs(third) == [f"R{n:03}" for n in reversed(range(10))]
        assert (first.previous, third.next) == (None, None)
        assert refs(paginate(rows, cursor=third.previous, limit=4)) == refs(second)
        back = paginate(rows, cursor=second.previous, limit=4)
        assert (refs(back), back.previous) == (refs(first), None)


def test_rows_that_come_between_are_not_shown_twice(network: Network) -> None:
    with acting(system_actor()):
        write(network.dealer, 6)
        first = paginate(ReceivedDocument.objects.all(), limit=3)
        ReceivedDocument.objects.create(
            owner=network.dealer, ref="NEW", size=0, body=b"", received_at=AT + timedelta(days=1), channel="x"
        )
        assert refs(paginate(ReceivedDocument.objects.all(), cursor=first.next, limit=3)) == ["R002", "R001", "R000"]


def test_a_cursor_of_another_list_or_maker_is_refused(network: Network) -> None:
    with acting(system_actor()):
        write(network.dealer, 3)
        cursor = paginate(ReceivedDocument.objects.all(), ("id",), limit=1).next
        assert cursor
        for wrong in (cursor, cursor[:-1], "x", "..", "\x00"):
            with pytest.raises(CursorInvalid):
                paginate(ReceivedDocument.objects.all(), cursor=wrong)
        with pytest.raises(ValueError, match="all ascending or all descending"):
            paginate(ReceivedDocument.objects.all(), ("-received_at", "id"))


def test_the_index_is_read_from_the_cursor_on(network: Network) -> None:
    """The condition on the row is the index's, not a filter over what an index read."""
    order = ("kind", "name")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    first = paginate(Organisation.objects.all(), order, limit=2)
    with CaptureQueriesContext(connection) as captured:
        paginate(Organisation.objects.all(), order, cursor=first.next, limit=2)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: (ROW((kind)::text, (name)::text) > ROW(" in plan
    assert "Sort" not in plan


def happened(owner: Organisation, ref: str, transaction_id: int, kind: str = "kernel.ProbeTouched") -> None:
    """A fact of a transaction long ended: those of other tests that still run would hold the feed back."""
    Event.objects.create(
        at=AT,
        kind=kind,
        door="job",
        organisation_id=owner.pk,
        subject_kind="kernel.probe",
        subject_id=1,
        subject_ref=ref,
        transaction_id=transaction_id,
        payload={},
    )


def test_the_feed_goes_on_where_it_ended(client: Client, network: Network) -> None:
    mine = token_of(member("d1", network.dealer, "kernel.event:read"), network.dealer)
    with acting(system_actor()):
        for number, owner in enumerate([network.dealer, network.stranger, network.dealer, network.dealer]):
            happened(owner, f"P{number}", number + 1)
        happened(network.dealer, "HIDDEN", 5, "kernel.ProbeHidden")
        happened(network.dealer, "UNENDED", 2**62)

    def read(query: str) -> Any:
        return client.get(f"/api/v1/events?kinds=kernel.ProbeTouched,kernel.ProbeHidden&{query}", **bearer(mine)).json()

    first = read("limit=2")
    assert ([f["subject_ref"] for f in first["items"]], first["has_more"]) == (["P0", "P2"], True)
    second = read(f"after={first['after']}")
    assert ([f["subject_ref"] for f in second["items"]], second["has_more"]) == (["P3"], False)
    assert read(f"after={second['after']}")["items"] == []
    assert client.get("/api/v1/events?after=x", **bearer(mine)).status_code == 422
