"""The queue of doubtful pairs: decided once, by whoever may, with what follows from it."""

from __future__ import annotations

import pytest
from tests.customers.stewardship import AT, LATER, Two, make_two, picture
from tests.leads.world import World

from vinloop.customers.actions.merging import undo_step
from vinloop.customers.actions.reviews import decide_pair
from vinloop.customers.events import PairDecided
from vinloop.customers.models import Customer, ReviewPair, Verdict
from vinloop.customers.stewardship import compare, get_review, list_reviews
from vinloop.kernel.access import NotAllowed


@pytest.fixture
def two(world: World) -> Two:
    return make_two(world)


@pytest.fixture
def pair(two: Two) -> ReviewPair:
    return make_pair(two)


def make_pair(two: Two) -> ReviewPair:
    """The first records of both, in doubt."""
    one, other = two.records(two.one)[0], two.records(two.two)[0]
    with two.world.system():
        ReviewPair.objects.all().delete()
        return ReviewPair.objects.create(one_id=min(one, other), two_id=max(one, other), probability=0.7, created_at=AT)


def test_same_merges_and_an_undo_asks_again(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        decided, step = decide_pair(actor=actor, pair_id=pair.pk, decision="same", note="called", at=LATER)
        assert (decided.state, decided.decided_by, decided.note) == ("same", two.world.headquarters.pk, "called")
        assert step is not None
        assert Customer.objects.get(pk=two.two.pk).merged_into_id == two.one.pk
        undo_step(actor=actor, step_id=step.pk, at=LATER)
        assert ReviewPair.objects.get().state == "open"


def test_never_the_same_keeps_apart(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        decide_pair(actor=actor, pair_id=pair.pk, decision="apart", at=LATER)
        assert ReviewPair.objects.get().state == "apart"
        assert set(Verdict.objects.values_list("is_same", flat=True)) == {False}
        assert Customer.objects.filter(merged_into__isnull=True).count() == 2


def test_later_can_be_decided_later(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        decide_pair(actor=actor, pair_id=pair.pk, decision="later", at=LATER)
        assert list(list_reviews(actor)) == []
        assert [each.pk for each in list_reviews(actor, state="later")] == [pair.pk]
        assert decide_pair(actor=actor, pair_id=pair.pk, decision="apart", at=LATER)[0].state == "apart"


def test_the_second_steward_changes_nothing(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        decide_pair(actor=actor, pair_id=pair.pk, decision="apart", at=LATER)
        before = picture()
        with pytest.raises(PairDecided):
            decide_pair(actor=actor, pair_id=pair.pk, decision="same", at=LATER)
        assert picture() == before


def test_only_headquarters_looks_and_decides(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.manager) as actor:
        with pytest.raises(NotAllowed):
            list_reviews(actor)
        with pytest.raises(NotAllowed):
            decide_pair(actor=actor, pair_id=pair.pk, decision="same", at=LATER)
    with two.world.system():
        assert ReviewPair.objects.get().state == "open"


def test_a_pair_is_shown_side_by_side_masked_and_explained(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        found = get_review(actor, pair.pk)
        assert found is not None
        shown = compare(actor, found.one, found.two)
    lines = {line.code: line for line in shown.lines}
    assert (lines["name"].one, lines["name"].two, lines["name"].state) == ("张伟", "张玮", "near")
    assert lines["phones"].one == "139…9000"
    assert lines["kind"].state == "same"
    assert "100号" not in lines["address"].one + lines["address"].two
    assert lines["birth_date"].state == "missing"
    assert shown.why is not None
    name = shown.why.bars[0]
    assert (name.comparison, name.level) == ("name", "sound")
    assert shown.why.total == pytest.approx(shown.why.start.bits + sum(bar.bits for bar in shown.why.bars))


def test_filters_of_the_queue(two: Two, pair: ReviewPair) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        assert list_reviews(actor, source="dms-d1", reason="", band="middle").count() == 1
        assert not list_reviews(actor, source="club")
        assert not list_reviews(actor, reason="too_large")
        assert not list_reviews(actor, band="high")
