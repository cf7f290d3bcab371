"""The head of a lead's page: how far it is, and what can be done now, both from the state table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vinloop.kernel.access import Actor
from vinloop.kernel.web.record import Action, Step
from vinloop.leads.actions.states import Facts
from vinloop.leads.models import Lead
from vinloop.leads.rules.next_step import Progress, next_step
from vinloop.leads.rules.states import STEPS, possible_transitions
from vinloop.leads.views.addresses import sale_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_STEP_LABELS = {
    "new": gettext_lazy("To verify"),
    "ready": pgettext_lazy("lead", "Verified"),
    "dispatched": gettext_lazy("Dispatched"),
    "accepted": gettext_lazy("Accepted"),
    "working": gettext_lazy("In follow-up"),
    "ordered": gettext_lazy("Ordered"),
    "delivered": gettext_lazy("Delivered"),
}
_NOW_AT: Mapping[str, str] = {"nurture": "new", "lost_pending": "working"}
_CLOSED = ("lost", "invalid")
_IN_TALK = ("accepted", "working", "ordered")
_PRIMARY_AT_HEADQUARTERS = ("verify", "dispatch", "review", "deliver", "recycle", "ripen", "reopen")
_PRIMARY_BY_STEP = {
    "accept": "accept",
    "call": "contact",
    "book_test_drive": "drive",
    "quote": "quote",
    "report_sale": "order",
    "review_lost": "review",
}


@dataclass(frozen=True, slots=True)
class _Button:
    """How a step of the state table looks. Without ``url_name`` its page is in a room above."""

    key: str
    transitions: frozenset[str]
    label: StrOrPromise
    icon: str
    url_name: str = ""
    method: Literal["post", "drawer"] = "drawer"
    confirm: StrOrPromise = ""


_WITHDRAW = frozenset({"withdraw_waiting", "withdraw_accepted", "withdraw_working"})
_BUTTONS = (
    _Button("dispatch", frozenset({"dispatch"}), gettext_lazy("Dispatch"), "send", "lead_dispatch"),
    _Button("accept", frozenset({"accept"}), gettext_lazy("Accept"), "check", "lead_accept", "post"),
    _Button("decline", frozenset({"decline"}), gettext_lazy("Decline"), "arrow-back-up", "lead_decline"),
    _Button("order", frozenset({"order"}), gettext_lazy("Report sale"), "file-check"),
    _Button("deliver", frozenset({"deliver"}), gettext_lazy("Report delivery"), "key"),
    _Button("lost", frozenset({"report_lost"}), gettext_lazy("Report as lost"), "mood-sad", "lead_lost"),
    _Button("review", frozenset({"approve_lost"}), gettext_lazy("Review the loss"), "checklist", "lead_review"),
    _Button("withdraw", _WITHDRAW, gettext_lazy("Take back"), "arrow-back-up", "lead_withdraw", "post",
            gettext_lazy("Take this lead back from its dealer? It then waits for another one.")),
    _Button("recycle", frozenset({"recycle_ready"}), gettext_lazy("Recycle"), "recycle", "lead_recycle"),
    _Button("reopen", frozenset({"reopen"}), gettext_lazy("Put back on the call list"), "recycle", "lead_reopen",
            "post"),
    _Button("ripen", frozenset({"ripen"}), gettext_lazy("Put back on the call list"), "phone", "lead_ripen", "post"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """What the likeliest next step depends on, beside the lead's own row."""

    has_test_drive: bool
    has_quote: bool


def steps(lead: Lead) -> list[Step]:
    """The lead's way with the times it got so far; a closed lead failed where it stood."""
    times = _times(lead)
    if lead.status in _CLOSED:
        reached = [name for name in STEPS if times[name] and name != "delivered"]
        place = STEPS.index(reached[-1]) if reached else 0
    else:
        place = STEPS.index(_NOW_AT.get(lead.status, lead.status))
    return [_step(lead, index, place, times[name]) for index, name in enumerate(STEPS)]


def actions(actor: Actor, lead: Lead, happened: Happened, now: datetime) -> list[Action]:
    """What the actor can do now, the likeliest marked as primary."""
    offered = _offered(actor, lead)
    primary = _primary(actor, lead, happened, now, offered)
    return [replace(action, is_primary=key == primary) for key, action in offered.items()]


def _step(lead: Lead, index: int, place: int, at: datetime | None) -> Step:
    name = STEPS[index]
    if lead.status in _CLOSED:
        state: Literal["done", "now", "next", "failed"] = (
            "done" if index < place else "failed" if index == place else "next"
        )
        label = lead.get_status_display() if index == place else _done_label(name)
        return Step(label, state, lead.closed_at if index == place else at if index < place else None)
    is_end = name == "delivered" and lead.status == "delivered"
    state = "done" if index < place or is_end else "now" if index == place else "next"
    label = lead.get_status_display() if lead.status in _NOW_AT and index == place else _STEP_LABELS[name]
    if state == "done":
        label = _done_label(name)
    return Step(label, state, at if index <= place else None)


def _done_label(name: str) -> StrOrPromise:
    """What has been verified is no longer to verify."""
    return _("Received") if name == "new" else _STEP_LABELS[name]


def _times(lead: Lead) -> dict[str, datetime | None]:
    return {
        "new": lead.received_at,
        "ready": lead.verified_at,
        "dispatched": lead.dispatched_at if lead.dispatch_count else None,
        "accepted": lead.accepted_at,
        "working": lead.first_contacted_at,
        "ordered": lead.ordered_at,
        "delivered": lead.delivered_at,
    }


def _offered(actor: Actor, lead: Lead) -> dict[str, Action]:
    """Every step by its key, in the order of the menu."""
    possible = {each.name for each in possible_transitions(Facts(lead)) if actor.may(each.permission)}
    found: dict[str, Action] = {}
    if possible & {"verify_ready", "ripen_ready"}:
        found["verify"] = Action(_("Verify"), reverse("leads:call", args=[lead.ref]), icon="phone-check")
    if lead.status in _IN_TALK and actor.may("leads.lead:work"):
        found["contact"] = _sheet(lead, "lead_contact", _("Log contact"), "phone")
    if lead.status in _IN_TALK and actor.may("leads.test_drive:manage") and (url := _desk_url("test_drive_new", lead)):
        found["drive"] = Action(_("Book test drive"), url, icon="steering-wheel")
    if _may_come(actor, lead) and (url := _desk_url("showroom", lead)):
        found["visit"] = Action(_("Customer is here"), url, icon="door-enter")
    if lead.status in _IN_TALK and actor.may("leads.lead:work"):
        found["quote"] = _sheet(lead, "lead_quote", _("Note a quote"), "receipt")
    found |= _transitions(lead, possible)
    if lead.status in ("dispatched", *_IN_TALK, "lost_pending") and actor.may("leads.lead:assign"):
        found["assign"] = _sheet(lead, "lead_assign", _("Assign to a consultant"), "user-check")
    return found


def _transitions(lead: Lead, possible: set[str]) -> dict[str, Action]:
    """The steps of the state table, each with its sheet or button."""
    found: dict[str, Action] = {}
    for row in _BUTTONS:
        if not possible & row.transitions:
            continue
        url = reverse(f"leads:{row.url_name}", args=[lead.ref]) if row.url_name else _elsewhere(row.key, lead)
        if url:
            found[row.key] = Action(str(row.label), url, row.method, icon=row.icon, confirm=row.confirm)
    return found


def _elsewhere(key: str, lead: Lead) -> str:
    """Pages of the orders room above."""
    return sale_url(lead.ref) if key == "order" else _delivery_url(lead)


def _primary(actor: Actor, lead: Lead, happened: Happened, now: datetime, offered: Mapping[str, Action]) -> str:
    if actor.organisation_kind == "dealer":
        progress = Progress(
            status=lead.status,
            has_contact=lead.first_contacted_at is not None,
            is_due=lead.next_follow_up_at is not None and lead.next_follow_up_at <= now,
            has_test_drive=happened.has_test_drive,
            has_quote=happened.has_quote,
            is_hot=lead.is_hot,
        )
        step = next_step(progress, actor.may)
        key = _PRIMARY_BY_STEP[step] if step else "deliver"
        return key if key in offered else next(iter(offered), "")
    return next((key for key in _PRIMARY_AT_HEADQUARTERS if key in offered), "")


def _sheet(lead: Lead, name: str, label: str, icon: str) -> Action:
    return Action(label, reverse(f"leads:{name}", args=[lead.ref]), "drawer", icon=icon)


def _may_come(actor: Actor, lead: Lead) -> bool:
    """Whether the actor receives this customer: at the dealer that has the lead and talks to them."""
    is_here = actor.organisation_kind == "dealer" and lead.dealer_id == actor.organisation_id
    return is_here and lead.status in _IN_TALK and actor.may("leads.visit:record")


def _desk_url(name: str, lead: Lead) -> str:
    """A page of the dealer's desk that begins with this lead, as far as this installation has dealer screens."""
    try:
        return f"{reverse(f'dealer:{name}')}?lead={lead.ref}"
    except NoReverseMatch:
        return ""


def _delivery_url(lead: Lead) -> str:
    """Where the delivery is reported: a page of the orders room above."""
    try:
        return reverse("orders:delivery_of_lead", args=[lead.ref])
    except NoReverseMatch:
        return ""
