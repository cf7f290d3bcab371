"""Codes of the leads room in the words of the people who read them: refusals, why a lead stands where it stands.

Screens and the API say the same sentences; a code that stands nowhere here is told in general words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vinloop.kernel.languages import in_language
from vinloop.leads.events import LeadNotFound, NotPossible, SlotTaken, SubmissionRefused
from vinloop.leads.models import Lead
from vinloop.leads.rules.states import TransitionRefused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Words = Mapping[str, "StrOrPromise"]

REFUSALS: Words = {
    "accept_first": gettext_lazy("Accept the lead first."),
    "already_captured": gettext_lazy("This party has left its contact already."),
    "already_left": gettext_lazy("This party has left already."),
    "already_verified": gettext_lazy("Somebody has verified this lead already."),
    "bad_length": gettext_lazy("A test drive takes between 10 and 240 minutes."),
    "bad_party_size": gettext_lazy("A party has between 1 and 50 people."),
    "bad_plate": gettext_lazy("This is no number plate."),
    "bad_score": gettext_lazy("Choose a score from 1 to 5."),
    "bad_vin": gettext_lazy("This is no VIN: it has 17 letters and digits, without I, O and Q."),
    "bad_cost": gettext_lazy("A cost is zero or more."),
    "brand_not_sold": gettext_lazy("This dealer does not sell the brand."),
    "car_not_available": gettext_lazy("This car is not available. Choose another one."),
    "car_taken": gettext_lazy("The car is out from {start} to {end}. Choose another time or car."),
    "closed_then": gettext_lazy("The showroom is closed then. Tick the box to book it all the same."),
    "code_required": gettext_lazy("Enter a code of letters and digits."),
    "code_taken": gettext_lazy("Another entry already has this code. Choose a different one."),
    "competitor_required": gettext_lazy("Say which competitor the customer chose."),
    "consent_needed": gettext_lazy("No test drive without the customer's signed consent."),
    "consultant_taken": gettext_lazy("The consultant has a test drive from {start} to {end}. Choose somebody else."),
    "dealers_only": gettext_lazy("This is done at a dealer. Switch to the dealer first."),
    "ends_before_start": gettext_lazy("The last day is before the first one."),
    "drive_too_far": gettext_lazy("A test drive is booked at most half a year ahead."),
    "full": gettext_lazy("This dealer has as many open leads as it can take."),
    "had_it_before": gettext_lazy("This dealer had the lead before."),
    "has_bookings": gettext_lazy("This car still has test drives. Move them first."),
    "in_the_future": gettext_lazy("This time has not come yet."),
    "in_the_past": gettext_lazy("This time has passed."),
    "lead_closed": gettext_lazy("This lead is closed."),
    "lead_not_found": gettext_lazy("There is no such lead, or you may not see it."),
    "left_before_arrival": gettext_lazy("Nobody leaves before they came. Check the times."),
    "licence_needed": gettext_lazy("No test drive without a look at the driving licence."),
    "no_contact_yet": gettext_lazy("Nobody has spoken to the customer yet. Log a contact first."),
    "no_dealer": gettext_lazy("No dealer can take the lead now."),
    "not_a_consultant_here": gettext_lazy("Choose a consultant of this dealer."),
    "not_accepting": gettext_lazy("This dealer takes no leads at the moment."),
    "not_allowed": gettext_lazy("You may not do this with this lead."),
    "not_at_a_dealer": gettext_lazy("This lead is not at a dealer."),
    "not_begun": gettext_lazy("This test drive has not begun yet."),
    "not_in_follow_up": gettext_lazy("This lead is not in follow-up any more."),
    "not_recyclable": gettext_lazy("Only lost and invalid leads can be recycled."),
    "not_waiting": gettext_lazy("This lead does not wait for a dealer."),
    "other_dealers_car": gettext_lazy("The lead and the car belong to different dealers."),
    "own_report": gettext_lazy("Somebody else has to review what you reported yourself."),
    "plan_passed": gettext_lazy("This time has passed. Choose a day to come."),
    "plan_too_far": gettext_lazy("This is more than a year away. Choose an earlier day."),
    "plate_required": gettext_lazy("Enter the number plate."),
    "plate_taken": gettext_lazy("This plate is in the list already."),
    "price_required": gettext_lazy("Enter a price."),
    "reason_required": gettext_lazy("Choose a reason."),
    "test_drive_over": gettext_lazy("This test drive is over or was cancelled."),
    "unknown_dealer": gettext_lazy("There is no dealer of this name or code."),
    "unknown_model": gettext_lazy("Choose a model of the catalogue."),
    "unknown_kind": gettext_lazy("Choose one of the kinds."),
    "wrong_state": gettext_lazy("The lead has moved on meanwhile. Look at what happened, then decide again."),
}
PROBLEMS: Words = {
    "required": gettext_lazy("Please fill this in."),
    "too_long": gettext_lazy("This is too long."),
    "not_a_phone_or_email": gettext_lazy("This is no phone number. Check the digits."),
    "phone_or_email_required": gettext_lazy("A phone number is needed to reach them again."),
    "wrong_encoding": gettext_lazy("These characters were damaged on the way. Type the name again."),
    "brand_or_model_required": gettext_lazy("Say which car they are interested in."),
}
CALL_REASONS: Words = {
    "came_back": gettext_lazy("came back"),
    "wants_test_drive": gettext_lazy("wants a test drive"),
    "buys_soon": gettext_lazy("buys within 15 days"),
    "buys_in_quarter": gettext_lazy("buys within 90 days"),
    "fresh": gettext_lazy("just arrived"),
    "waits_long": gettext_lazy("has waited long"),
    "tried_before": gettext_lazy("tried before"),
}
SCORE_PARTS: Words = {
    "wish": gettext_lazy("Customer's wish"),
    "territory": gettext_lazy("Own territory"),
    "distance": gettext_lazy("Near the customer"),
    "capacity": gettext_lazy("Free capacity"),
    "open_now": gettext_lazy("Open now"),
    "declines": gettext_lazy("Past declines"),
}
REFUSED_DEALERS: Words = {
    "not_accepting": gettext_lazy("takes no leads"),
    "brand_not_sold": gettext_lazy("does not sell the brand"),
    "had_it_before": gettext_lazy("had it before"),
    "full": gettext_lazy("is full"),
}
WITHDRAWN: Words = {
    "timed_out": gettext_lazy("deadline missed"),
    "headquarters": gettext_lazy("by headquarters"),
    "dormant": gettext_lazy("no contact for long"),
}
VISIT_FIELDS: Words = {
    "kind": gettext_lazy("How they came"),
    "party_size": pgettext_lazy("how many", "People"),
    "arrived_at": gettext_lazy("Came in at"),
    "car_model_id": gettext_lazy("Model"),
    "consultant_id": gettext_lazy("Consultant"),
    "note": gettext_lazy("Note"),
}
CLOCKS: Words = {"accept": gettext_lazy("acceptance"), "contact": gettext_lazy("first contact")}
# What somebody has to do about a lead in a status, for the customer's page.
STEP_WORDS: Mapping[str, StrOrPromise] = {
    "new": gettext_lazy("Call and verify the lead"),
    "ready": gettext_lazy("Hand the lead to a dealer"),
    "dispatched": gettext_lazy("Accept the lead"),
    "accepted": gettext_lazy("First contact"),
    "working": gettext_lazy("Follow up"),
    "lost_pending": gettext_lazy("Decide on the loss"),
}


def reason_words(error: NotPossible | TransitionRefused) -> str:
    """Why not, and what to do about it."""
    words = refusal_words(error.reason)
    if isinstance(error, SlotTaken):
        start, end = (date_format(timezone.localtime(at), "H:i") for at in (error.starts_at, error.ends_at))
        return words.replace("{start}", start).replace("{end}", end)
    return words


def refusal_words(code: str) -> str:
    """A refusal's code as a sentence."""
    return str(REFUSALS.get(code) or _("This is not possible now. Somebody may have changed it meanwhile."))


def planned_words(lead: Lead) -> str:
    """What follows a logged contact: the day that was planned, as it may differ from the one proposed."""
    planned = lead.next_follow_up_at
    if planned is None:
        return _("Saved.")
    return _("Saved. Next contact: %(time)s.") % {"time": date_format(timezone.localtime(planned), "m-d D H:i")}


def problem_words(code: str) -> str:
    """What is wrong with one value of a submission."""
    return str(PROBLEMS.get(code) or _("This cannot be read."))


def not_found_members(_error: LeadNotFound) -> dict[str, object]:
    """What the API adds to a lead that is not there."""
    return {"detail": _("There is no such lead, or you may not see it.")}


def refusal_members(error: NotPossible | TransitionRefused) -> dict[str, object]:
    """What the API adds to a refused step: the stable code and the sentence."""
    return {"detail": reason_words(error), "code": error.reason}


def submission_members(error: SubmissionRefused) -> dict[str, object]:
    """What the API adds to a refused submission: each wrong field by its JSON pointer."""
    errors = [
        {"pointer": "/" + path.replace(".", "/"), "code": code, "detail": problem_words(code)}
        for path, code in error.problems.items()
    ]
    return {"detail": "; ".join(str(each["detail"]) for each in errors), "errors": errors}


def car_words(lead: Lead) -> str:
    """The model as the catalogue names it, otherwise as it was typed, otherwise the brand."""
    if lead.car_model is not None:
        return lead.car_model.label
    return lead.model_text or in_language(lead.brand.name, lead.brand.name_en)


def dealer_words(lead: Lead) -> str:
    """The dealer's name in the reader's language."""
    return in_language(lead.dealer.name, lead.dealer.name_en) if lead.dealer else ""
