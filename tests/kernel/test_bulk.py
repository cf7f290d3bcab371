"""Writes that run beside the work that makes them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.kernel.people import Network, make_network

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.db.bulk import run_prepared, written_behind
from vinloop.kernel.models import Organisation

pytestmark = pytest.mark.django_db
_RENAME = "UPDATE kernel_organisation SET name = name || %s WHERE id = %s"


@pytest.fixture
def network() -> Network:
    return make_network()


def test_writes_behind_keep_their_order_and_are_done_when_the_block_ends(network: Network) -> None:
    with acting(system_actor("command")):
        before = network.dealer.name
        with written_behind():
            for letter in "abc":
                run_prepared(_RENAME, [letter, network.dealer.pk])
            assert Organisation.objects.filter(pk=network.region.pk).exists()  # reading beside writing is allowed
        assert Organisation.objects.get(pk=network.dealer.pk).name == before + "abc"


def test_a_write_behind_that_fails_undoes_the_transaction(network: Network) -> None:
    with acting(system_actor("command")):
        before = network.dealer.name
        with pytest.raises(IntegrityError), transaction.atomic(), written_behind():
            run_prepared(_RENAME, ["a", network.dealer.pk])
            run_prepared("UPDATE kernel_organisation SET parent_id = %s WHERE id = %s", [0, network.dealer.pk])
            run_prepared("SET CONSTRAINTS ALL IMMEDIATE", [])
            run_prepared(_RENAME, ["b", network.dealer.pk])
        assert Organisation.objects.get(pk=network.dealer.pk).name == before


def test_an_error_of_the_block_itself_comes_out_as_it_is(network: Network) -> None:
    with acting(system_actor("command")), pytest.raises(KeyError), transaction.atomic(), written_behind():
        run_prepared(_RENAME, ["a", network.dealer.pk])
        raise KeyError("the block's own")
    assert run_prepared("SELECT 1", []) == [(1,)]
