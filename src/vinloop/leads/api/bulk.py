"""Steps on several leads at once: each lead succeeds or fails alone, and the answer says how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Body, endpoint, path
from vinloop.leads import actions
from vinloop.leads.actions.bulk import MOST
from vinloop.leads.api.given import user_id
from vinloop.leads.events import NotPossible
from vinloop.leads.words import refusal_words

Refs = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST, description="Refs of leads")]


class ChosenLeads(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads."""

    refs: Refs


class ChosenForConsultant(ChosenLeads, frozen=True, kw_only=True):
    """Which leads, and the log-in name of the consultant who gets them."""

    consultant: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]


class LeadOutcome(msgspec.Struct, frozen=True):
    """What became of one lead. Where nothing was done ``code`` (stable) and ``detail`` say why."""

    ref: str
    is_done: bool
    code: str
    detail: str


class Outcomes(msgspec.Struct, frozen=True):
    """What became of each lead, in the order asked for, and how many it was done to."""

    items: list[LeadOutcome]
    done: int


class BulkDispatchController(ApiController):
    """Dispatch of several."""

    tags = ("Leads",)

    @endpoint("leads.lead:dispatch", status=200, operation_id="dispatchLeads")
    def post(self, parsed_body: Body[ChosenLeads]) -> Outcomes:
        """Hand those of the leads which wait to the dealers that fit best."""
        return _told(actions.dispatch_chosen(actor=self.actor, refs=parsed_body.refs, at=self.at))


class BulkWithdrawController(ApiController):
    """Withdrawal of several."""

    tags = ("Leads",)

    @endpoint("leads.lead:dispatch", status=200, operation_id="withdrawLeads")
    def post(self, parsed_body: Body[ChosenLeads]) -> Outcomes:
        """Take the leads back from their dealers."""
        return _told(actions.withdraw_chosen(actor=self.actor, refs=parsed_body.refs, at=self.at))


class BulkAssignController(ApiController):
    """The consultant of several."""

    tags = ("Leads",)

    @endpoint("leads.lead:assign", status=200, operation_id="assignLeads")
    def post(self, parsed_body: Body[ChosenForConsultant]) -> Outcomes:
        """Make a consultant of the dealer responsible for the leads."""
        chosen = user_id(parsed_body.consultant)
        if chosen is None:
            raise NotPossible("not_a_consultant_here")
        return _told(actions.assign_chosen(actor=self.actor, refs=parsed_body.refs, user_id=chosen, at=self.at))


def _told(outcomes: Sequence[actions.Outcome]) -> Outcomes:
    items = [
        LeadOutcome(each.ref, not each.refusal, each.refusal, refusal_words(each.refusal) if each.refusal else "")
        for each in outcomes
    ]
    return Outcomes(items, sum(each.is_done for each in items))


# Before the single leads: `leads/bulk` begins like a lead's address.
urls: list[URLPattern] = [
    path("leads/bulk/dispatch", BulkDispatchController.as_view(), name="leads-dispatch"),
    path("leads/bulk/withdraw", BulkWithdrawController.as_view(), name="leads-withdraw"),
    path("leads/bulk/consultant", BulkAssignController.as_view(), name="leads-consultant"),
]
