"""Endpoints of leads: doors only, each calls one action or query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpResponseBase
from django.urls import URLPattern
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.kernel.api import ApiController, Page, PageQuery, endpoint, file_endpoint, filters_of, page_of
from vinloop.kernel.models import User
from vinloop.kernel.paging import paginate
from vinloop.kernel.web.exports import CSV, EXPORT, XLSX
from vinloop.leads import actions
from vinloop.leads.api.build import lead_page, lead_rows
from vinloop.leads.api.past import (
    NEWEST,
    NEWEST_ASSIGNMENT,
    AssignmentOut,
    PastContactOut,
    assignment_out,
    contact_out,
    quote_out,
)
from vinloop.leads.api.shapes import (
    AssignIn,
    DispatchIn,
    LeadExportQuery,
    LeadIn,
    LeadOut,
    LeadPage,
    LeadPath,
    LeadQuery,
    LeadRef,
    LostIn,
    QuoteIn,
    QuoteOut,
    ReasonIn,
    RecycleIn,
    ReviewIn,
    VerificationIn,
)
from vinloop.leads.events import NotPossible
from vinloop.leads.exports import export_leads
from vinloop.leads.queries.calls import call_list
from vinloop.leads.queries.desk import in_view
from vinloop.leads.queries.leads import (
    ORDER,
    LeadFilter,
    assignments_of,
    contacts_of,
    get_lead,
    list_leads,
    quotes_of,
)
from vinloop.network.queries import dealer_id_by_code


class LeadsController(ApiController):
    """Leads."""

    tags = ("Leads",)

    @endpoint("leads.lead:capture", operation_id="createLead")
    def post(self, parsed_body: Body[LeadIn]) -> LeadRef:
        """Hand in a lead.

        The same person and brand within 30 days is one lead: the touch is attached and ``merged_into`` says so. A
        resend with the same ``source`` and ``external_id`` is answered like the first time.
        """
        done = actions.capture_lead(actor=self.actor, submission=parsed_body.submission(), at=self.at)
        return LeadRef(done.ref, done.customer_ref, done.merged_into)

    @endpoint("leads.lead:read", operation_id="listLeads")
    def get(self, parsed_query: Query[LeadQuery]) -> Page[LeadOut]:
        """List leads in the caller's sight, newest first."""
        found = in_view(list_leads(self.actor, _filter(parsed_query, self.at)), parsed_query.view, self.at)
        rows = paginate(found, ORDER, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return Page(lead_rows(rows.items), rows.next, rows.previous)


class ExportController(ApiController):
    """Leads as a file."""

    tags = ("Leads",)

    @file_endpoint(EXPORT, content_types=(CSV, XLSX), operation_id="exportLeads")
    def get(self, parsed_query: Query[LeadExportQuery]) -> HttpResponseBase:
        """Take a list of leads along.

        All pages, numbers masked; that it was taken is recorded. Times are those of the caller's organisation.
        """
        return export_leads(
            self.actor,
            _filter(parsed_query, self.at),
            parsed_query.view,
            file_format=parsed_query.format,
            filters=filters_of(parsed_query),
            at=self.at,
        )


class LeadController(ApiController):
    """One lead."""

    tags = ("Leads",)

    @endpoint("leads.lead:read", operation_id="getLead")
    def get(self, parsed_path: Path[LeadPath]) -> LeadPage:
        """Read a lead with its history and what can be done with it now."""
        return lead_page(self.actor, get_lead(self.actor, parsed_path.ref), at=self.at)


class CallsController(ApiController):
    """The verification desk's call list."""

    tags = ("Leads",)

    @endpoint("leads.lead:verify", operation_id="listCalls")
    def get(self) -> Page[LeadOut]:
        """Leads to call now, most urgent first."""
        return Page(lead_rows([call.lead for call in call_list(self.actor, at=self.at)]))


class _Step(ApiController):
    """A step on a lead answers with the lead as it is afterwards, or with its ref when it left the caller's sight."""

    is_abstract = True
    tags = ("Leads",)

    def after(self, ref: str) -> LeadPage:
        """The lead after the step."""
        return lead_page(self.actor, get_lead(self.actor, ref), at=self.at)


class VerificationController(_Step):
    """Verification."""

    @endpoint("leads.lead:verify", status=200, operation_id="verifyLead")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[VerificationIn]) -> LeadPage:
        """Record a verification call."""
        said = actions.Verification(**_fields(parsed_body))
        actions.verify_lead(actor=self.actor, ref=parsed_path.ref, verification=said, at=self.at)
        return self.after(parsed_path.ref)


class DispatchController(_Step):
    """Dispatch."""

    @endpoint("leads.lead:dispatch", status=200, operation_id="dispatchLead")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[DispatchIn]) -> LeadPage:
        """Hand a waiting lead to the best dealer, or to the one named."""
        lead = get_lead(self.actor, parsed_path.ref)
        if lead.status != "ready":
            raise NotPossible("not_waiting")
        dealer_id = dealer_id_by_code(parsed_body.dealer) if parsed_body.dealer else None
        if parsed_body.dealer and dealer_id is None:
            raise NotPossible("unknown_dealer")
        actions.dispatch_leads(actor=self.actor, lead_ids=[lead.pk], at=self.at, dealer_id=dealer_id)
        return self.after(parsed_path.ref)


class AcceptController(_Step):
    """Acceptance."""

    @endpoint("leads.lead:accept", status=200, operation_id="acceptLead")
    def post(self, parsed_path: Path[LeadPath]) -> LeadPage:
        """Accept a dispatched lead."""
        actions.accept_lead(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return self.after(parsed_path.ref)


class DeclineController(_Step):
    """Refusal."""

    @endpoint("leads.lead:accept", status=200, operation_id="declineLead")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[ReasonIn]) -> dict[str, str]:
        """Decline a dispatched lead; it leaves the dealer's sight."""
        actions.decline_lead(actor=self.actor, ref=parsed_path.ref, reason_code=parsed_body.reason, at=self.at)
        return {"ref": parsed_path.ref}


class WithdrawController(_Step):
    """Withdrawal."""

    @endpoint("leads.lead:dispatch", status=200, operation_id="withdrawLead")
    def post(self, parsed_path: Path[LeadPath]) -> LeadPage:
        """Take a lead back from its dealer."""
        actions.withdraw_lead(actor=self.actor, ref=parsed_path.ref, reason="headquarters", at=self.at)
        return self.after(parsed_path.ref)


class AssignController(_Step):
    """The consultant."""

    @endpoint("leads.lead:assign", status=200, operation_id="assignLead")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[AssignIn]) -> LeadPage:
        """Make a consultant of the dealer responsible."""
        user = User.objects.filter(username=parsed_body.consultant).first()
        if user is None:
            raise NotPossible("not_a_consultant_here")
        actions.assign_consultant(actor=self.actor, ref=parsed_path.ref, user_id=user.pk, at=self.at)
        return self.after(parsed_path.ref)


class ContactsController(_Step):
    """Contacts."""

    @endpoint("leads.lead:read", operation_id="listContacts")
    def get(self, parsed_path: Path[LeadPath], parsed_query: Query[PageQuery]) -> Page[PastContactOut]:
        """List the contacts with the customer about a lead, newest first."""
        rows = contacts_of(self.actor, parsed_path.ref)
        page = paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, contact_out)

    @endpoint("leads.lead:work", operation_id="logContact")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[actions.ContactInput]) -> LeadPage:
        """Log a contact a person made with the customer."""
        actions.log_contact(actor=self.actor, ref=parsed_path.ref, contact=parsed_body, at=self.at)
        return self.after(parsed_path.ref)


class AssignmentsController(_Step):
    """Dealers and deadlines."""

    @endpoint("leads.lead:read", operation_id="listAssignments")
    def get(self, parsed_path: Path[LeadPath], parsed_query: Query[PageQuery]) -> Page[AssignmentOut]:
        """List the dealers a lead was given to, newest first: with the clocks, and why each."""
        rows = assignments_of(self.actor, parsed_path.ref)
        page = paginate(rows, NEWEST_ASSIGNMENT, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, lambda row: assignment_out(self.actor, row))


class QuotesController(_Step):
    """Quotes."""

    @endpoint("leads.lead:read", operation_id="listQuotes")
    def get(self, parsed_path: Path[LeadPath], parsed_query: Query[PageQuery]) -> Page[QuoteOut]:
        """List the prices named to the customer, newest first."""
        rows = quotes_of(self.actor, parsed_path.ref)
        page = paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, quote_out)

    @endpoint("leads.lead:work", operation_id="addQuote")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[QuoteIn]) -> QuoteOut:
        """Note a price named to the customer."""
        return quote_out(actions.add_quote(actor=self.actor, ref=parsed_path.ref, at=self.at, **_fields(parsed_body)))


class LostController(_Step):
    """Losses."""

    @endpoint("leads.lead:report_lost", status=200, operation_id="reportLost")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[LostIn]) -> LeadPage:
        """Report the customer as lost; a manager reviews it."""
        actions.report_lost(
            actor=self.actor,
            ref=parsed_path.ref,
            reason_code=parsed_body.reason,
            note=parsed_body.note,
            competitor=parsed_body.competitor,
            at=self.at,
        )
        return self.after(parsed_path.ref)


class LostReviewController(_Step):
    """Reviews of losses."""

    @endpoint("leads.lead:review_lost", status=200, operation_id="reviewLost")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[ReviewIn]) -> LeadPage:
        """Approve a reported loss, or send the lead back into follow-up."""
        actions.review_lost(actor=self.actor, ref=parsed_path.ref, is_approved=parsed_body.is_approved, at=self.at)
        return self.after(parsed_path.ref)


class RecycleController(_Step):
    """Recycling."""

    @endpoint("leads.lead:recycle", status=200, operation_id="recycleLead")
    def post(self, parsed_path: Path[LeadPath], parsed_body: Body[RecycleIn]) -> LeadPage:
        """Take a lost or invalid lead up again."""
        actions.recycle_lead(actor=self.actor, ref=parsed_path.ref, target=parsed_body.target, at=self.at)
        return self.after(parsed_path.ref)


class RipenController(_Step):
    """Nurtured leads."""

    @endpoint("leads.lead:verify", status=200, operation_id="ripenLead")
    def post(self, parsed_path: Path[LeadPath]) -> LeadPage:
        """Put a nurtured lead back on the call list."""
        actions.ripen_lead(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return self.after(parsed_path.ref)


def _filter(query: LeadQuery, at: datetime) -> LeadFilter:
    fields = LeadFilter.__dataclass_fields__
    values = {name: value for name, value in _fields(query).items() if name in fields}
    values["status"] = tuple(filter(None, query.status.split(",")))
    return LeadFilter(**values, at=at)


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(struct)


urls: list[URLPattern] = [
    path("leads", LeadsController.as_view(), name="leads"),
    path("leads/export", ExportController.as_view(), name="leads-export"),
    path("leads/calls", CallsController.as_view(), name="lead-calls"),
    path("leads/<str:ref>", LeadController.as_view(), name="lead"),
    path("leads/<str:ref>/verification", VerificationController.as_view(), name="lead-verification"),
    path("leads/<str:ref>/dispatch", DispatchController.as_view(), name="lead-dispatch"),
    path("leads/<str:ref>/accept", AcceptController.as_view(), name="lead-accept"),
    path("leads/<str:ref>/decline", DeclineController.as_view(), name="lead-decline"),
    path("leads/<str:ref>/withdraw", WithdrawController.as_view(), name="lead-withdraw"),
    path("leads/<str:ref>/consultant", AssignController.as_view(), name="lead-consultant"),
    path("leads/<str:ref>/contacts", ContactsController.as_view(), name="lead-contacts"),
    path("leads/<str:ref>/assignments", AssignmentsController.as_view(), name="lead-assignments"),
    path("leads/<str:ref>/quotes", QuotesController.as_view(), name="lead-quotes"),
    path("leads/<str:ref>/lost", LostController.as_view(), name="lead-lost"),
    path("leads/<str:ref>/lost-review", LostReviewController.as_view(), name="lead-lost-review"),
    path("leads/<str:ref>/recycle", RecycleController.as_view(), name="lead-recycle"),
    path("leads/<str:ref>/ripen", RipenController.as_view(), name="lead-ripen"),
]
