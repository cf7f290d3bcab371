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


def _write_behind(*writes: tuple[str, list[object]], fail: Exception | None = None) -> None:
    with transaction.atomic(), written_behind():
        for statement, values in writes:
            run_prepared(statement, values)
        if fail:
            raise fail


def test_a_write_behind_that_fails_undoes_the_transaction(network: Network) -> None:
    dealer = network.dealer
    move = "UPDATE kernel_organisation SET parent_id = %s WHERE id = %s"
    with acting(system_actor("command")):
        with pytest.raises(IntegrityError):
            _write_behind(
                (_RENAME, ["a", dealer.pk]), (move, [0, dealer.pk]), ("SET CONSTRAINTS ALL IMMEDIATE", []),
                (_RENAME, ["b", dealer.pk]),
            )  # fmt: skip
        assert Organisation.objects.get(pk=dealer.pk).name == dealer.name


def test_an_error_of_the_block_itself_comes_out_as_it_is(network: Network) -> None:
    dealer = network.dealer
    with acting(system_actor("command")):
        with pytest.raises(KeyError):
            _write_behind((_RENAME, ["a", dealer.pk]), fail=KeyError("the block's own"))
        assert Organisation.objects.get(pk=dealer.pk).name == dealer.name
        assert run_prepared("SELECT 1", []) == [(1,)]
