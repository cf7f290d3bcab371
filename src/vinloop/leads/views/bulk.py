"""What is done with several leads at once from the list; each lead succeeds or fails alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.leads import actions
from vinloop.leads.actions.bulk import MOST
from vinloop.leads.forms.leads import ConsultantForm
from vinloop.leads.queries.consultants import consultants_of


@screen("leads.lead:dispatch", methods=("POST",))
def bulk_dispatch(request: ActorRequest) -> HttpResponse:
    """Hand those of the chosen leads which wait to the dealers that fit best."""
    outcomes = actions.dispatch_chosen(actor=request.actor, refs=_refs(request), at=timezone.now())
    done, without = _done(outcomes), sum(each.refusal == "no_dealer" for each in outcomes)
    _say(request, ngettext("%(n)s lead dispatched.", "%(n)s leads dispatched.", done), done)
    if without:
        words = ngettext("No dealer can take %(n)s lead now.", "No dealer can take %(n)s leads now.", without)
        messages.warning(request, words % {"n": without})
    _tell_left_out(request, len(outcomes) - done - without)
    return _back(request)


@screen("leads.lead:dispatch", methods=("POST",))
def bulk_withdraw(request: ActorRequest) -> HttpResponse:
    """Take the chosen leads back from their dealers."""
    outcomes = actions.withdraw_chosen(actor=request.actor, refs=_refs(request), at=timezone.now())
    done = _done(outcomes)
    _say(request, ngettext("%(n)s lead taken back.", "%(n)s leads taken back.", done), done)
    _tell_left_out(request, len(outcomes) - done)
    return _back(request)


@screen("leads.lead:assign", methods=("POST",))
def bulk_assign(request: ActorRequest) -> HttpResponse:
    """Ask which consultant, then give the chosen leads to them."""
    refs = _refs(request)
    is_answer = "consultant" in request.POST
    people = consultants_of(request.actor.organisation_id)
    form = ConsultantForm(request.POST if is_answer else None, people=people)
    if not is_answer or not form.is_valid():
        title = ngettext("Assign %(n)s lead to a consultant", "Assign %(n)s leads to a consultant", len(refs))
        context = {"form": form, "form_title": title % {"n": len(refs)}, "refs": refs, "back": _back_url(request)}
        return render(request, "leads/lead_bulk_assign.html", context, status=422 if form.errors else 200)
    chosen = int(form.cleaned_data["consultant"])
    outcomes = actions.assign_chosen(actor=request.actor, refs=refs, user_id=chosen, at=timezone.now())
    done = _done(outcomes)
    _say(request, ngettext("%(n)s lead given.", "%(n)s leads given.", done), done)
    _tell_left_out(request, len(outcomes) - done)
    return _back(request)


def _refs(request: ActorRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("ref")))[:MOST]


def _done(outcomes: Sequence[actions.Outcome]) -> int:
    return sum(not each.refusal for each in outcomes)


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
