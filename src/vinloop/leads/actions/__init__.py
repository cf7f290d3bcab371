"""Writes of the leads room: one keyword-only function per use case."""

from vinloop.leads.actions.bulk import Outcome, assign_chosen, dispatch_chosen, withdraw_chosen
from vinloop.leads.actions.capture import Captured, Refused, capture_lead, capture_leads
from vinloop.leads.actions.clocks import watch_assignments
from vinloop.leads.actions.dispatch import dispatch_leads, dispatch_ready_leads
from vinloop.leads.actions.follow_up import ContactInput, add_quote, log_contact
from vinloop.leads.actions.hand_over import accept_lead, assign_consultant, decline_lead, withdraw_lead
from vinloop.leads.actions.losing import recycle_lead, report_lost, review_lost
from vinloop.leads.actions.progress import record_delivery, record_order, record_order_cancelled
from vinloop.leads.actions.verify import Verification, ripen_lead, verify_lead

__all__ = [
    "Captured",
    "ContactInput",
    "Outcome",
    "Refused",
    "Verification",
    "accept_lead",
    "add_quote",
    "assign_chosen",
    "assign_consultant",
    "capture_lead",
    "capture_leads",
    "decline_lead",
    "dispatch_chosen",
    "dispatch_leads",
    "dispatch_ready_leads",
    "log_contact",
    "record_delivery",
    "record_order",
    "record_order_cancelled",
    "recycle_lead",
    "report_lost",
    "review_lost",
    "ripen_lead",
    "verify_lead",
    "watch_assignments",
    "withdraw_chosen",
    "withdraw_lead",
]
