"""What the endpoints of stewardship take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from vinloop.customers.explaining import Explanation
from vinloop.customers.models import IdentityStep, ResolveRun, ReviewPair
from vinloop.customers.stewardship import JoinedRecord, Side
from vinloop.kernel.api import PageQuery

_Text = Annotated[str, msgspec.Meta(max_length=300)]
_Texts = Annotated[list[_Text], msgspec.Meta(max_length=20)]
_Note = Annotated[str, msgspec.Meta(max_length=300)]


class StewardedPath(msgspec.Struct, frozen=True):
    """Which customer."""

    ref: str


class OldPath(msgspec.Struct, frozen=True):
    """A reference as a system outside knows it."""

    old_ref: str


class ReviewPath(msgspec.Struct, frozen=True):
    """Which pair."""

    id: int


class StepPath(msgspec.Struct, frozen=True):
    """Which merge or split."""

    id: int


class BarOut(msgspec.Struct, frozen=True):
    """One piece of evidence: codes, words in the caller's language, and its points (log2 of the odds)."""

    comparison: str
    level: str
    label: str
    how: str
    points: float


class WhyOut(msgspec.Struct, frozen=True):
    """The evidence of a pair: `start` and the points of `parts` make `total`, and that the probability.

    `veto` is the code of what keeps the two apart however alike they look, `veto_words` says it.
    """

    start: float
    parts: list[BarOut]
    total: float
    probability: float
    veto: str
    veto_words: str


class SideOut(msgspec.Struct, frozen=True):
    """A source record; numbers are masked, identity numbers always."""

    record: int
    source: str
    key: str
    as_of: str
    received_at: datetime
    customer_ref: str
    values: dict[str, str]
    flags: list[str]


class CustomerRecordOut(msgspec.Struct, frozen=True):
    """A record of a customer, how it came there, and the evidence against the record it joined through."""

    record: SideOut
    matched_by: str
    probability: float | None
    through: SideOut | None
    why: WhyOut | None


class IdentityStepOut(msgspec.Struct, frozen=True):
    """A merge (source became part of target) or a split (target was split off source), and what it moved, by table."""

    id: int
    kind: str
    source_ref: str
    target_ref: str
    records: int
    moved: dict[str, int]
    note: str
    at: datetime
    undone_at: datetime | None


class CustomerRecordsOut(msgspec.Struct, frozen=True):
    """All source records of a customer, and its merges and splits, the newest first."""

    ref: str
    records: list[CustomerRecordOut]
    steps: list[IdentityStepOut]


class MergeIn(msgspec.Struct, frozen=True, kw_only=True):
    """The other customer, whose reference ends."""

    other: str
    note: _Note = ""


class SplitIn(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of source records that go, and of rows that go along: table and column (`leads_lead.customer_id`) → ids."""

    records: Annotated[list[int], msgspec.Meta(min_length=1, max_length=1000)]
    references: dict[str, list[int]] = {}
    note: _Note = ""


class ReviewQuery(PageQuery, frozen=True, kw_only=True):
    """Which pairs to list."""

    state: Literal["open", "later", "same", "apart", "gone"] = "open"
    source: str = ""
    band: Literal["", "high", "middle", "low"] = ""


class ReviewOut(msgspec.Struct, frozen=True):
    """A doubtful pair. `reason` is empty for a probability in doubt, or the code of what kept the two apart."""

    id: int
    state: str
    probability: float
    reason: str
    created_at: datetime
    decided_at: datetime | None
    one: SideOut
    two: SideOut


class ReviewPage(msgspec.Struct, frozen=True):
    """One pair with the evidence."""

    review: ReviewOut
    why: WhyOut | None


class ReviewDecisionIn(msgspec.Struct, frozen=True, kw_only=True):
    """One customer, never the same, or put back."""

    decision: Literal["same", "apart", "later"]
    note: _Note = ""


class DecidedOut(msgspec.Struct, frozen=True):
    """The pair as it is now, and the merge it led to."""

    id: int
    state: str
    step: IdentityStepOut | None


class ReferenceOut(msgspec.Struct, frozen=True):
    """What an old reference became: the same one where nothing happened."""

    old_ref: str
    ref: str
    is_merged: bool


class MatchIn(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of somebody, written in any way; at least one value."""

    name: _Text = ""
    phones: _Texts = []
    emails: _Texts = []
    id_number: _Text = ""
    birth_date: _Text = ""
    address: _Text = ""
    vin: _Text = ""
    plate: _Text = ""

    def values(self) -> Mapping[str, list[str]]:
        """As the matcher takes them."""
        given = {
            "name": [self.name], "phone": self.phones, "email": self.emails, "id_number": [self.id_number],
            "birth_date": [self.birth_date], "address": [self.address], "vin": [self.vin], "plate": [self.plate],
        }  # fmt: skip
        return {code: texts for code, all_texts in given.items() if (texts := [each for each in all_texts if each])}


class MatchOut(msgspec.Struct, frozen=True):
    """A customer it may be, how probably and why."""

    ref: str
    name: str
    probability: float
    why: WhyOut


class MatchesOut(msgspec.Struct, frozen=True):
    """Candidates, the likeliest first, at most ten."""

    candidates: list[MatchOut]


class IdentityRunOut(msgspec.Struct, frozen=True):
    """A run of identity resolution and its figures."""

    id: int
    is_full: bool
    started_at: datetime
    ended_at: datetime | None
    figures: dict[str, Any]


class QueuedRunOut(msgspec.Struct, frozen=True):
    """Whether a run was queued; not when one waits already."""

    is_queued: bool


def step_out(step: IdentityStep) -> IdentityStepOut:
    """A step as programs see it."""
    references = {name: len(ids) for name, ids in step.moved.get("references", {}).items()}
    return IdentityStepOut(
        id=step.pk,
        kind=step.kind,
        source_ref=step.source.ref,
        target_ref=step.target.ref,
        records=len(step.moved.get("records", [])),
        moved=references,
        note=step.note,
        at=step.at,
        undone_at=step.undone_at,
    )


def review_out(pair: ReviewPair, one: Side, two: Side) -> ReviewOut:
    """A pair as programs see it."""
    return ReviewOut(
        pair.pk, pair.state, pair.probability, pair.reason, pair.created_at, pair.decided_at, side_out(one),
        side_out(two),
    )  # fmt: skip


def side_out(side: Side) -> SideOut:
    """A record as programs see it."""
    return SideOut(
        side.record, side.source, side.key, side.as_of, side.received_at, side.customer_ref,
        {code: text for code, text in side.values.items() if text}, list(side.flags),
    )  # fmt: skip


def why_out(why: Explanation) -> WhyOut:
    """The evidence as programs see it."""
    parts = [BarOut(bar.comparison, bar.level, str(bar.label), str(bar.how), bar.bits) for bar in why.bars]
    return WhyOut(why.start.bits, parts, why.total, why.probability, why.veto, str(why.veto_words))


def record_out(each: JoinedRecord) -> CustomerRecordOut:
    return CustomerRecordOut(
        side_out(each.side),
        each.matched_by,
        each.probability,
        side_out(each.through) if each.through else None,
        why_out(each.why) if each.why else None,
    )


def run_out(run: ResolveRun) -> IdentityRunOut:
    """A run as programs see it."""
    return IdentityRunOut(run.pk, run.is_full, run.started_at, run.ended_at, run.figures)
