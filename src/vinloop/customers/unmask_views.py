"""What is hidden on a page, uncovered in its place: first the reason, then the value."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from vinloop.customers.actions.unmask import PARTS, UNMASK, hidden_part, unmask
from vinloop.customers.card_views import get_known
from vinloop.customers.events import CustomerNotFound, ReasonNeeded
from vinloop.customers.words import IDENTITY_REASONS, REACH_REASONS, REASONS
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.refusals import Refused


@screen(UNMASK, methods=("GET", "POST"))
def unmask_part(request: ActorRequest, ref: str, part: str, hidden_id: int) -> HttpResponse:
    """Show one hidden value, or ask why first; asked for plainly, its mask again."""
    if part not in PARTS:
        raise Http404
    customer = get_known(request, ref)
    try:
        hidden = hidden_part(customer, part, hidden_id)
        if request.method != "POST":
            return _answer(request, "customers/_hidden.html", hidden.field, shown=hidden.shown)
        reason = request.POST.get("words", "").strip() or request.POST.get("reason", "")
        now = timezone.now()
        value = unmask(actor=request.actor, ref=customer.ref, part=part, key=hidden_id, reason=reason, at=now)
    except CustomerNotFound as error:
        raise Http404 from error
    except Refused as refusal:
        is_first = isinstance(refusal, ReasonNeeded) and not request.POST
        return _asked(request, hidden.field, hidden.shown, "" if is_first else str(refusal))
    return _answer(request, "customers/_shown.html", hidden.field, value=value)


def _asked(request: ActorRequest, field: str, shown: str, error: str) -> HttpResponse:
    """The reasons to choose from, in the place of the value."""
    offered = IDENTITY_REASONS if field == "identity" else REACH_REASONS
    reasons = [(code, REASONS[code]) for code in offered]
    words = request.POST.get("words", "")
    said = {"shown": shown, "reasons": reasons, "error": error, "words": words}
    return _answer(request, "customers/_reason.html", field, status=422 if error else 200, **said)


def _answer(request: ActorRequest, template: str, field: str, *, status: int = 200, **context: object) -> HttpResponse:
    said = {"field": field, "show_url": request.path, "is_call": field == "phone", **context}
    answer = render(request, template, said, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
