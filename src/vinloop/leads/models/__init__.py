"""Tables of the leads room."""

from vinloop.leads.models.assignment import Assignment, Contact
from vinloop.leads.models.lead import Campaign, Lead, LeadSource, ReasonCode, Touch
from vinloop.leads.models.showroom import DemoCar, Quote, ShowroomVisit, TestDrive

__all__ = [
    "Assignment",
    "Campaign",
    "Contact",
    "DemoCar",
    "Lead",
    "LeadSource",
    "Quote",
    "ReasonCode",
    "ShowroomVisit",
    "TestDrive",
    "Touch",
]
