"""The review queue: one doubtful pair after the other, side by side; the next slides in when one is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from vinloop.customers.actions.reviews import Decision, decide_pair
from vinloop.customers.events import CustomerNotFound, PairDecided
from vinloop.customers.explaining import REASONS
from vinloop.customers.models import IdentityStep, ReviewPair
from vinloop.customers.references import counts_of, reference_labels
from vinloop.customers.stewardship import (
    BANDS,
    DECIDE,
    LOOK,
    WAITING,
    compare,
    count_reviews,
    get_review,
    list_reviews,
    said_by,
    source_names,
)
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.list_pages import select_filter
from vinloop.kernel.web.listing import EmptyState, Filter
from vinloop.kernel.web.work import Outcome, QueueItem, WorkDesk

SHOWN = 50
FILTERS = ("state", "source", "reason", "band")
_NOTHING = EmptyState(
    gettext_lazy("Nothing in doubt"),
    gettext_lazy("Pairs of records that may be one customer, and that no rule may decide, appear here after each run."),
    "checks",
)


@screen(LOOK)
def reviews(request: ActorRequest, pair_id: int = 0) -> HttpResponse:
    """The pairs that wait, and the one that is looked at: the one named, otherwise the likeliest."""
    address = Address.of(request)
    found = _waiting(request, address)
    pairs = list(found[: SHOWN + 1])
    active = get_review(request.actor, pair_id) if pair_id else (pairs[0] if pairs else None)
    if pair_id and active is None:
        raise Http404
    context: dict[str, Any] = {
        "desk": _desk(address, pairs, active, found.count() if len(pairs) > SHOWN else len(pairs)),
        "pair": active,
        "filters": _filters(address),
        "clear_url": reverse("customers:reviews") if any(address.get(name) for name in FILTERS) else "",
    }
    context["active_count"] = sum(bool(each.value) for each in context["filters"])
    if active is not None:
        context |= _task(request, active)
    return render(request, "customers/reviews.html", context)


@screen(DECIDE, methods=("POST",))
def review_decide(request: ActorRequest, pair_id: int) -> HttpResponse:
    """Decide a pair, and go on with the next."""
    decision = next((each for each in get_args(Decision) if each == request.POST.get("decision")), None)
    if decision is None:
        raise Http404
    try:
        with transaction.atomic():
            _pair, step = decide_pair(
                actor=request.actor, pair_id=pair_id, decision=decision, note=request.POST.get("note", ""),
                at=timezone.now(),
            )  # fmt: skip
    except (Refused, CustomerNotFound) as refusal:
        words = str(refusal.message) if isinstance(refusal, Refused) else str(PairDecided().message)
        messages.warning(request, words)
    else:
        messages.success(request, _said(decision, step))
    query = request.GET.urlencode()
    return redirect(reverse("customers:reviews") + (f"?{query}" if query else ""))


@screen(LOOK)
def review_count(request: ActorRequest) -> HttpResponse:
    """How many pairs wait, for the menu."""
    return HttpResponse(str(count_reviews(request.actor)), content_type="text/plain")


def _said(decision: str, step: IdentityStep | None) -> str:
    if step is not None:
        words = _("One customer now: %(ref)s. It can be undone on the customer's page.")
        return words % {"ref": step.target.ref}
    if decision == "apart":
        return _("Kept apart for good. If that was wrong, merge the two on a customer's page.")
    return _("Put back for later.")


def _waiting(request: ActorRequest, address: Address) -> QuerySet[ReviewPair]:
    reason = address.get("reason")
    return list_reviews(
        request.actor,
        state="later" if address.get("state") == "later" else "open",
        source=address.get("source"),
        reason={"doubt": ""}.get(reason, reason) if reason else None,
        band=address.get("band"),
    )


def _desk(address: Address, pairs: Sequence[ReviewPair], active: ReviewPair | None, count: int) -> WorkDesk:
    words = ngettext("%(n)s pair to review", "%(n)s pairs to review", count)
    return WorkDesk(
        title=_("Review queue"),
        items=[_item(address, each, active) for each in pairs[:SHOWN]],
        empty=_empty(address),
        count_label=words % {"n": number_format(count)},
        has_task=active is not None,
    )


def _empty(address: Address) -> EmptyState:
    if not any(address.get(name) for name in FILTERS):
        return _NOTHING
    clear = reverse("customers:reviews")
    return EmptyState(_("Nothing matches"), icon="filter-off", action_label=_("Clear all"), action_url=clear)


def _item(address: Address, pair: ReviewPair, active: ReviewPair | None) -> QueueItem:
    one, two = (said_by(each).name or _("Name not known") for each in (pair.one, pair.two))
    path = reverse("customers:review", args=[pair.pk])
    return QueueItem(
        url=Address(path, address.query).url(),
        title=f"{one} · {two}" if one != two else one,
        detail=f"{min(pair.probability, 0.999):.1%} · {REASONS.get(pair.reason, pair.reason)}",
        note=" · ".join(dict.fromkeys((pair.one.source, pair.two.source))),
        is_active=active is not None and pair.pk == active.pk,
    )


def _task(request: ActorRequest, pair: ReviewPair) -> dict[str, Any]:
    query = request.GET.urlencode()
    ids = [each for each in (pair.one.customer_id, pair.two.customer_id) if each]
    return {
        "shown": compare(request.actor, pair.one, pair.two),
        "reason": REASONS.get(pair.reason, pair.reason),
        "is_waiting": pair.state in WAITING,
        "may_decide": request.actor.may(DECIDE),
        "decide_url": reverse("customers:review_decide", args=[pair.pk]) + (f"?{query}" if query else ""),
        "outcomes": _outcomes(),
        "holdings": _holdings(pair, counts_of(ids)),
    }


def _outcomes() -> list[Outcome]:
    return [
        Outcome("same", _("Same"), "git-merge", "good"),
        Outcome("apart", _("Never the same"), "arrows-split", "overdue"),
        Outcome("later", _("Later"), "clock-pause"),
    ]


def _holdings(pair: ReviewPair, counts: dict[int, dict[str, int]]) -> list[str]:
    """What hangs on each side's customer, in words: it moves with the merge."""
    labels = reference_labels()
    found = []
    for record in (pair.one, pair.two):
        own = counts.get(record.customer_id or 0, {})
        found.append(_(", ").join(f"{labels[name]} {number_format(count)}" for name, count in own.items()))
    return found


def _filters(address: Address) -> list[Filter]:
    bands = {"high": _("80 % and more"), "middle": _("65 to 80 %"), "low": _("Below 65 %")}
    reasons = [(code or "doubt", words) for code, words in REASONS.items()]
    return [
        select_filter(address, "state", _("State"), [("later", _("Put back"))]),
        select_filter(address, "source", pgettext("customer data", "Source"), sorted(source_names().items())),
        select_filter(address, "reason", _("Reason"), reasons),
        select_filter(address, "band", _("Probability"), [(name, bands[name]) for name in BANDS]),
    ]
