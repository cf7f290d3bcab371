"""What the room's actions refuse, in the words of the people at the dealer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest

from vinloop.leads.events import LeadNotFound, NotPossible, SubmissionRefused
from vinloop.leads.rules.states import TransitionRefused
from vinloop.leads.words import problem_words, reason_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_FIELDS = {
    "bad_party_size": "party_size",
    "bad_plate": "plate",
    "bad_score": "score",
    "bad_vin": "vin",
    "car_not_available": "car",
    "car_taken": "car",
    "consent_needed": "has_consent",
    "consultant_taken": "consultant",
    "competitor_required": "competitor",
    "licence_needed": "has_licence",
    "not_a_consultant_here": "consultant",
    "plan_passed": "picked_at",
    "plan_too_far": "picked_at",
    "plate_required": "plate",
    "plate_taken": "plate",
    "price_required": "price",
    "reason_required": "reason",
    "unknown_dealer": "dealer",
    "unknown_model": "model",
    "drive_too_far": "starts_at",
    "in_the_past": "starts_at",
    "closed_then": "is_closed_fine",
    "code_taken": "code",
    "code_required": "code",
    "ends_before_start": "ends_on",
}
_SUBMISSION_FIELDS = {"customer.phones": "phone", "customer.name": "name"}


def carried_out(form: Form, action: Callable[[], object]) -> bool:
    """Do what the form asks, all or nothing; a refusal is shown at its field. What is out of sight is a 404."""
    try:
        with transaction.atomic():
            action()
    except (NotPossible, TransitionRefused) as refusal:
        field = _FIELDS.get(refusal.reason)
        form.add_error(field if field in form.fields else None, reason_words(refusal))
        return False
    except SubmissionRefused as refusal:
        _show_problems(form, refusal)
        return False
    except LeadNotFound as error:
        raise Http404 from error
    return True


def attempted(request: HttpRequest, action: Callable[[], object], success: StrOrPromise) -> bool:
    """Do what a button asks, all or nothing, and say on the next page how it went (nothing if ``success`` is empty)."""
    try:
        with transaction.atomic():
            action()
    except (NotPossible, TransitionRefused) as refusal:
        messages.error(request, reason_words(refusal))
        return False
    except LeadNotFound as error:
        raise Http404 from error
    if success:
        messages.success(request, str(success))
    return True


def _show_problems(form: Form, refusal: SubmissionRefused) -> None:
    for path, reason in refusal.problems.items():
        field = _SUBMISSION_FIELDS.get(path)
        words = problem_words(reason)
        form.add_error(field if field in form.fields else None, words)
