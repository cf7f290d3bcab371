"""Endpoints of stewardship: records and why they are here, merge, split, undo, the review queue, old references,
matching one person, and runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404
from django.urls import URLPattern

from vinloop.customers.actions.merging import merge_customers, undo_step
from vinloop.customers.actions.online import match_person
from vinloop.customers.actions.reviews import decide_pair
from vinloop.customers.actions.splitting import split_customer
from vinloop.customers.explaining import waterfall
from vinloop.customers.jobs import queue_run
from vinloop.customers.models import ResolveRun, ReviewPair
from vinloop.customers.queries import READ, get_customer
from vinloop.customers.steward_shapes import (
    CustomerRecordsOut,
    DecidedOut,
    IdentityRunOut,
    IdentityStepOut,
    MatchesOut,
    MatchIn,
    MatchOut,
    MergeIn,
    OldPath,
    QueuedRunOut,
    ReferenceOut,
    ReviewDecisionIn,
    ReviewOut,
    ReviewPage,
    ReviewPath,
    ReviewQuery,
    SplitIn,
    StepPath,
    StewardedPath,
    record_out,
    review_out,
    run_out,
    step_out,
    why_out,
)
from vinloop.customers.stewardship import (
    DECIDE,
    LOOK,
    REVIEW_ORDER,
    RUN,
    Comparison,
    compare,
    get_review,
    list_reviews,
    records_of_customer,
    reference_now,
    side_of,
    source_names,
    steps_of,
)
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, path
from vinloop.kernel.paging import paginate

RUN_ORDER = ("-started_at", "-id")
STEPS = 100


class RecordsController(ApiController):
    """Source records."""

    tags = ("Identity",)

    @endpoint(LOOK, operation_id="listCustomerRecords")
    def get(self, parsed_path: Path[StewardedPath]) -> CustomerRecordsOut:
        """Read why each source record is here, and the merges and splits of a customer."""
        customer = get_customer(self.actor, parsed_path.ref)
        records = [record_out(each) for each in records_of_customer(self.actor, customer)]
        steps = [step_out(each) for each in steps_of(self.actor, customer)[:STEPS]]
        return CustomerRecordsOut(customer.ref, records, steps)


class MergeController(ApiController):
    """Merging."""

    tags = ("Identity",)

    @endpoint(DECIDE, operation_id="mergeCustomers")
    def post(self, parsed_path: Path[StewardedPath], parsed_body: Body[MergeIn]) -> IdentityStepOut:
        """Make another customer part of this one, with everything that points at it.

        The other reference goes on answering with this one.
        """
        step = merge_customers(
            actor=self.actor, winner=parsed_path.ref, loser=parsed_body.other, note=parsed_body.note, at=self.at
        )
        return step_out(step)


class SplitController(ApiController):
    """Splitting."""

    tags = ("Identity",)

    @endpoint(DECIDE, operation_id="splitCustomer")
    def post(self, parsed_path: Path[StewardedPath], parsed_body: Body[SplitIn]) -> IdentityStepOut:
        """Part source records, and chosen rows, into a customer of their own; `target_ref` is the new one."""
        step = split_customer(
            actor=self.actor, ref=parsed_path.ref, record_ids=parsed_body.records,
            references=parsed_body.references, note=parsed_body.note, at=self.at,
        )  # fmt: skip
        return step_out(step)


class UndoController(ApiController):
    """Taking back."""

    tags = ("Identity",)

    @endpoint(DECIDE, status=200, operation_id="undoIdentityStep")
    def post(self, parsed_path: Path[StepPath]) -> IdentityStepOut:
        """Take a merge or split back: records, leads, cars and all else return to where they were."""
        return step_out(undo_step(actor=self.actor, step_id=parsed_path.id, at=self.at))


class ReviewsController(ApiController):
    """The review queue."""

    tags = ("Identity",)

    @endpoint(LOOK, operation_id="listReviews")
    def get(self, parsed_query: Query[ReviewQuery]) -> Page[ReviewOut]:
        """List pairs of records that may be one customer, the likeliest first."""
        query = parsed_query
        found = list_reviews(self.actor, state=query.state, source=query.source, band=query.band)
        page = paginate(found, REVIEW_ORDER, cursor=query.cursor, limit=query.limit)
        names = source_names()
        return Page([self._review(each, names) for each in page.items], page.next, page.previous)

    def _review(self, pair: ReviewPair, names: Mapping[str, str]) -> ReviewOut:
        return review_out(pair, side_of(self.actor, pair.one, names), side_of(self.actor, pair.two, names))


class ReviewController(ApiController):
    """One pair."""

    tags = ("Identity",)

    @endpoint(LOOK, operation_id="getReview")
    def get(self, parsed_path: Path[ReviewPath]) -> ReviewPage:
        """Read one pair side by side, with the evidence."""
        pair = get_review(self.actor, parsed_path.id)
        if pair is None:
            raise Http404
        shown: Comparison = compare(self.actor, pair.one, pair.two)
        return ReviewPage(review_out(pair, shown.one, shown.two), why_out(shown.why) if shown.why else None)


class DecisionController(ApiController):
    """Decisions."""

    tags = ("Identity",)

    @endpoint(DECIDE, status=200, operation_id="decideReview")
    def post(self, parsed_path: Path[ReviewPath], parsed_body: Body[ReviewDecisionIn]) -> DecidedOut:
        """Settle a pair: one customer, never the same, or later. Of two callers the second is refused."""
        pair, step = decide_pair(
            actor=self.actor, pair_id=parsed_path.id, decision=parsed_body.decision, note=parsed_body.note, at=self.at
        )
        return DecidedOut(pair.pk, pair.state, step_out(step) if step else None)


class ReferenceController(ApiController):
    """References."""

    tags = ("Identity",)

    @endpoint(READ, operation_id="resolveCustomerReference")
    def get(self, parsed_path: Path[OldPath]) -> ReferenceOut:
        """Ask which customer an old reference became."""
        customer = reference_now(self.actor, parsed_path.old_ref)
        return ReferenceOut(parsed_path.old_ref, customer.ref, customer.ref != parsed_path.old_ref)


class MatchController(ApiController):
    """Matching."""

    tags = ("Identity",)

    @endpoint(READ, status=200, operation_id="matchCustomer")
    def post(self, parsed_body: Body[MatchIn]) -> MatchesOut:
        """Ask who somebody is: the customers in the caller's sight a partial record may be, with the reasons."""
        found = match_person(actor=self.actor, values=parsed_body.values())
        return MatchesOut([
            MatchOut(
                each.ref, each.name, each.probability,
                why_out(waterfall(each.start, each.parts, each.probability, each.veto)),
            )
            for each in found
        ])  # fmt: skip


class RunsController(ApiController):
    """Runs of identity resolution."""

    tags = ("Identity",)

    @endpoint(LOOK, operation_id="listIdentityRuns")
    def get(self, parsed_query: Query[PageQuery]) -> Page[IdentityRunOut]:
        """List the runs and what they found, the newest first."""
        found = ResolveRun.objects.order_by(*RUN_ORDER)
        page = paginate(found, RUN_ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return Page([run_out(each) for each in page.items], page.next, page.previous)

    @endpoint(RUN, status=202, operation_id="queueIdentityRun")
    def post(self) -> QueuedRunOut:
        """Queue a run over what came since the last one."""
        return QueuedRunOut(queue_run())


urls: list[URLPattern] = [
    path("customers/match", MatchController.as_view(), name="customer-match"),
    path("customers/references/<str:old_ref>", ReferenceController.as_view(), name="customer-reference"),
    path("customers/<str:ref>/records", RecordsController.as_view(), name="customer-records"),
    path("customers/<str:ref>/merge", MergeController.as_view(), name="customer-merge"),
    path("customers/<str:ref>/split", SplitController.as_view(), name="customer-split"),
    path("identity-steps/<int:id>/undo", UndoController.as_view(), name="identity-step-undo"),
    path("identity-runs", RunsController.as_view(), name="identity-runs"),
    path("reviews", ReviewsController.as_view(), name="reviews"),
    path("reviews/<int:id>", ReviewController.as_view(), name="review"),
    path("reviews/<int:id>/decision", DecisionController.as_view(), name="review-decision"),
]
