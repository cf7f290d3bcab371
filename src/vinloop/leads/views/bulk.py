"""What is done with several leads at once from the list; each lead succeeds or fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.leads import actions
from vinloop.leads.events import LeadNotFound, NotPossible
from vinloop.leads.forms.leads import ConsultantForm
from vinloop.leads.models import Lead
from vinloop.leads.queries.consultants import consultants_of
from vinloop.leads.rules.states import TransitionRefused

MOST = 200


@screen("leads.lead:dispatch", methods=("POST",))
def bulk_dispatch(request: ActorRequest) -> HttpResponse:
    """Hand those of the chosen leads which wait to the dealers that fit best."""
    refs = _refs(request)
    waiting = list(Lead.objects.filter(ref__in=refs, status="ready").values_list("pk", flat=True))
    done = actions.dispatch_leads(actor=request.actor, lead_ids=waiting, at=timezone.now())
    _say(request, ngettext("%(n)s lead dispatched.", "%(n)s leads dispatched.", done.placed), done.placed)
    if done.not_placed:
        words = ngettext("No dealer can take %(n)s lead now.", "No dealer can take %(n)s leads now.", done.not_placed)
        messages.warning(request, words % {"n": done.not_placed})
    _tell_left_out(request, len(refs) - len(waiting))
    return _back(request)


@screen("leads.lead:dispatch", methods=("POST",))
def bulk_withdraw(request: ActorRequest) -> HttpResponse:
    """Take the chosen leads back from their dealers."""
    actor, at, refs = request.actor, timezone.now(), _refs(request)

    def withdraw(ref: str) -> object:
        return actions.withdraw_lead(actor=actor, ref=ref, reason="headquarters", at=at)

    done = _each(refs, withdraw)
    _say(request, ngettext("%(n)s lead taken back.", "%(n)s leads taken back.", done), done)
    _tell_left_out(request, len(refs) - done)
    return _back(request)


@screen("leads.lead:assign", methods=("POST",))
def bulk_assign(request: ActorRequest) -> HttpResponse:
    """Ask which consultant, then give the chosen leads to them."""
    actor, at, refs = request.actor, timezone.now(), _refs(request)
    is_answer = "consultant" in request.POST
    people = consultants_of(actor.organisation_id)
    form = ConsultantForm(request.POST if is_answer else None, people=people)
    if not is_answer or not form.is_valid():
        title = ngettext("Assign %(n)s lead to a consultant", "Assign %(n)s leads to a consultant", len(refs))
        context = {"form": form, "form_title": title % {"n": len(refs)}, "refs": refs, "back": _back_url(request)}
        return render(request, "leads/lead_bulk_assign.html", context, status=422 if form.errors else 200)

    def assign(ref: str) -> object:
        return actions.assign_consultant(actor=actor, ref=ref, user_id=int(form.cleaned_data["consultant"]), at=at)

    done = _each(refs, assign)
    _say(request, ngettext("%(n)s lead given.", "%(n)s leads given.", done), done)
    _tell_left_out(request, len(refs) - done)
    return _back(request)


def _refs(request: ActorRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("ref")))[:MOST]


def _each(refs: Sequence[str], action: Callable[[str], object]) -> int:
    done = 0
    for ref in sorted(refs):  # in one order, so that two people never wait for each other's locks
        try:
            with transaction.atomic():
                action(ref)
        except (NotPossible, TransitionRefused, LeadNotFound, NotAllowed):
            continue
        done += 1
    return done


def _say(request: ActorRequest, words: str, count: int) -> None:
    if count:
        messages.success(request, words % {"n": count})


def _tell_left_out(request: ActorRequest, count: int) -> None:
    if count > 0:
        words = ngettext(
            "%(n)s lead was left as it is: the step does not fit its state.",
            "%(n)s leads were left as they are: the step does not fit their state.",
            count,
        )
        messages.warning(request, words % {"n": count})


def _back(request: ActorRequest) -> HttpResponse:
    return redirect(_back_url(request))


def _back_url(request: ActorRequest) -> str:
    """The list as it was filtered."""
    came_from = request.POST.get("back") or request.headers.get("Referer", "")
    here = reverse("leads:lead_list")
    _host, found, query = came_from.partition(f"{here}?")
    return f"{here}?{query}" if found else here
