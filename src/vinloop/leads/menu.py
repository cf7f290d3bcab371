"""What the leads room offers to the frame, to other rooms' pages, to timelines and to programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vinloop.customers.words import register_source_names
from vinloop.kernel.access import Actor
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field
from vinloop.kernel.identifiers import parse_ref
from vinloop.kernel.paging import paginate
from vinloop.kernel.web.exports import name_exports
from vinloop.kernel.web.finding import SHOWN, Finder, Found, declare_finder
from vinloop.kernel.web.menu import MenuEntry, declare_create, declare_menu
from vinloop.kernel.web.slots import fill_slot
from vinloop.leads import words
from vinloop.leads.events import LeadNotFound, NotPossible, SubmissionRefused
from vinloop.leads.models import Contact, Lead, ShowroomVisit, TestDrive
from vinloop.leads.models.lead import Labelled
from vinloop.leads.panels import leads_of_customer
from vinloop.leads.queries import desk
from vinloop.leads.queries.leads import ORDER, READ, LeadFilter, list_leads
from vinloop.leads.rules.states import TransitionRefused
from vinloop.leads.views.rows import finder_columns, finder_row
from vinloop.network.queries import dealer_named
from vinloop.vehicles.words import model_words

_GROUP = _("Administration")
_HEADQUARTERS = ("manufacturer",)


def declare_leads_desk() -> None:
    """Called once when Django is ready."""
    _declare_menu()
    declare_finder(Finder("leads", _("Leads"), finder_columns(), find_leads, READ, position=20, kinds=("customer",)))
    fill_slot("customers.customer_page", leads_of_customer, permission=READ, position=30)
    _declare_problems()
    register_source_names(lambda code: source_label(code.removeprefix("lead:")))
    _spell_facts()


def find_leads(actor: Actor, text: str) -> Found:
    """Leads by their customer's name or number, or by reference."""
    ref = parse_ref(text)
    found = paginate(desk.with_row_facts(list_leads(actor, LeadFilter(q=text))), ORDER, limit=SHOWN)
    jump = bool(found.items) and ref is not None and found.items[0].ref == ref
    return Found(
        rows=[finder_row(lead) for lead in found.items],
        more_url=f"{reverse('leads:lead_list')}?view=all&q={text}" if found.next else "",
        jump_url=reverse("leads:lead_page", args=[ref]) if jump else "",
    )


def _declare_menu() -> None:
    manage = "leads.campaign:manage"
    declare_menu(
        MenuEntry("leads.calls", _("Verification"), "leads:calls", "phone-check", "leads.lead:verify", 10,
                  _HEADQUARTERS, counter="leads:call_count"),
        MenuEntry("leads.leads", _("Leads"), "leads:lead_list", "target-arrow", READ, 15),
        MenuEntry("leads.campaigns", _("Campaigns"), "leads:campaign_list", "speakerphone", manage, 865, _HEADQUARTERS,
                  group=_GROUP),
        MenuEntry("leads.sources", _("Lead sources"), "leads:source_list", "inbox", manage, 866, _HEADQUARTERS,
                  group=_GROUP),
        MenuEntry("leads.reasons", _("Reason codes"), "leads:reason_list", "list-check", "leads.reason:manage", 867,
                  _HEADQUARTERS, group=_GROUP),
    )  # fmt: skip
    declare_create(
        MenuEntry("leads.lead", _("Lead"), "leads:capture", "target-arrow", "leads.lead:capture", 5),
    )


def _declare_problems() -> None:
    register_problem(LeadNotFound, 404, "lead-not-found", _("There is no such lead"), members=words.not_found_members)
    register_problem(NotPossible, 409, "not-possible", _("This cannot be done now"), members=words.refusal_members)
    register_problem(
        TransitionRefused, 409, "transition-refused", _("The lead cannot go there from here"),
        members=words.refusal_members,
    )  # fmt: skip
    register_problem(
        SubmissionRefused, 422, "submission-refused", _("This cannot become a lead"),
        members=words.submission_members,
    )  # fmt: skip


def _spell_facts() -> None:
    """Codes of payloads in words, so that nobody reads ``no_answer`` on a timeline."""
    name_exports({"leads": _("Leads"), "showroom-visits": _("Showroom visits")})
    spell_field("leads.LeadContacted", "channel", _chooser(Contact.Channel.choices))
    spell_field("leads.LeadContacted", "result", _chooser(Contact.Result.choices))
    spell_field("leads.LeadVerified", "level", _chooser(Lead.Level.choices))
    for kind in ("LeadInvalid", "LeadLost", "LeadLostReported", "LeadDeclined"):
        spell_field(f"leads.{kind}", "reason", reason_label)
    spell_field("leads.LeadWithdrawn", "reason", _lookup(words.WITHDRAWN))
    for kind in ("LeadReminded", "LeadEscalated"):
        spell_field(f"leads.{kind}", "clock", _lookup(words.CLOCKS))
    for kind in ("LeadCaptured", "LeadTouched"):
        spell_field(f"leads.{kind}", "source", source_label)
    spell_field("leads.LeadDispatched", "dealer_name", dealer_label)
    spell_field("leads.QuoteGiven", "model", model_words)
    spell_field("leads.VisitRecorded", "visit_kind", _chooser(ShowroomVisit.Kind.choices))
    spell_field("leads.VisitChanged", "fields", visit_field_words)
    spell_field("leads.CampaignSaved", "code", lambda code: _labelled(desk.campaigns(), code))
    spell_field("leads.SourceSaved", "code", lambda code: _labelled(desk.sources(), code))
    spell_field("leads.ReasonSaved", "code", reason_label)
    spell_field("leads.TestDriveEnded", "outcome", _chooser(TestDrive.Status.choices))


def reason_label(code: str) -> str:
    """A reason's name in the reader's language."""
    return next((each.label for each in desk.reason_codes() if each.code == code), code)


def visit_field_words(names: str) -> str:
    """What was changed about a showroom visit, called as its form calls it."""
    return ", ".join(str(words.VISIT_FIELDS.get(name, name)) for name in names.split(", "))


def _labelled(rows: Iterable[Labelled], code: str) -> str:
    return next((each.label for each in rows if each.code == code), code)


def dealer_label(name: str) -> str:
    """A dealer's name in the reader's language."""
    dealer = dealer_named(name)
    return dealer.label if dealer else name


def source_label(text: str) -> str:
    """A source's name in the reader's language; the fact holds it as it was sent."""
    return next((each.label for each in desk.sources() if text.lower() in (each.code, each.name.lower())), text)


def _chooser(choices: Any) -> Callable[[str], object]:
    return _lookup(dict(choices))


def _lookup(labels: Mapping[str, object]) -> Callable[[str], object]:
    return lambda code: labels.get(code, code)
