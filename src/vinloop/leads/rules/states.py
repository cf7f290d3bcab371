"""The life of a lead as a table. The same table drives the check, the buttons, the API and the diagram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Who = Literal["headquarters", "dealer", "system"]


class LeadFacts(Protocol):
    """What guards look at."""

    @property
    def status(self) -> str: ...
    @property
    def is_hot(self) -> bool: ...
    @property
    def has_contact(self) -> bool: ...


Guard = Callable[[LeadFacts], str | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted change of state.

    ``guard`` returns a reason code why it can't happen now, or ``None``. ``is_button`` tells whether a person starts
    it from the lead's page; the others happen as part of something else (a call, an order, a clock). ``is_arrival``:
    the same person has come again, and nobody decides it.
    """

    name: str
    source: str
    target: str
    permission: str
    is_button: bool = False
    is_arrival: bool = False
    guard: Guard | None = None


class TransitionRefused(Exception):
    """The lead can't go there from here. ``reason`` is a stable code, ``status`` where the lead is."""

    def __init__(self, name: str, status: str, reason: str) -> None:
        super().__init__(f"{name} from {status}: {reason}")
        self.name, self.status, self.reason = name, status, reason


def _needs_contact(lead: LeadFacts) -> str | None:
    """A completion needs a contact record: nobody sells or loses a customer nobody spoke to."""
    return None if lead.has_contact else "no_contact_yet"


CAPTURE = "leads.lead:capture"
VERIFY, DISPATCH, ACCEPT = "leads.lead:verify", "leads.lead:dispatch", "leads.lead:accept"
WORK, LOST, REVIEW, RECYCLE = (
    "leads.lead:work",
    "leads.lead:report_lost",
    "leads.lead:review_lost",
    "leads.lead:recycle",
)
FORGET = "customers.privacy:manage"

TRANSITIONS: tuple[Transition, ...] = (
    Transition("verify_ready", "new", "ready", VERIFY),
    Transition("verify_nurture", "new", "nurture", VERIFY),
    Transition("verify_invalid", "new", "invalid", VERIFY),
    Transition("ripen", "nurture", "new", VERIFY, is_button=True),
    Transition("ripen_ready", "nurture", "ready", VERIFY),
    Transition("give_up_nurture", "nurture", "invalid", VERIFY),
    Transition("dispatch", "ready", "dispatched", DISPATCH, is_button=True),
    Transition("accept", "dispatched", "accepted", ACCEPT, is_button=True),
    Transition("decline", "dispatched", "ready", ACCEPT, is_button=True),
    Transition("withdraw_waiting", "dispatched", "ready", DISPATCH, is_button=True),
    Transition("withdraw_accepted", "accepted", "ready", DISPATCH, is_button=True),
    Transition("withdraw_working", "working", "ready", DISPATCH, is_button=True),
    Transition("contact", "accepted", "working", WORK),
    Transition("fall_dormant", "working", "nurture", DISPATCH),
    Transition("report_lost", "working", "lost_pending", LOST, is_button=True, guard=_needs_contact),
    Transition("approve_lost", "lost_pending", "lost", REVIEW, is_button=True),
    Transition("reject_lost", "lost_pending", "working", REVIEW, is_button=True),
    Transition("order", "working", "ordered", "orders.order:create", guard=_needs_contact),
    Transition("deliver", "ordered", "delivered", "orders.order:deliver"),
    Transition("cancel_order", "ordered", "working", "orders.order:cancel"),
    Transition("recycle_ready", "lost", "ready", RECYCLE, is_button=True),
    Transition("recycle_nurture", "lost", "nurture", RECYCLE, is_button=True),
    Transition("reopen", "invalid", "new", RECYCLE, is_button=True),
    Transition("come_back", "lost", "new", CAPTURE, is_arrival=True),
    Transition("come_back_to_dealer", "lost", "working", CAPTURE, is_arrival=True),
    Transition("wake_nurture", "nurture", "new", CAPTURE, is_arrival=True),
    Transition("wake_invalid", "invalid", "new", CAPTURE, is_arrival=True),
    Transition("take_over_new", "new", "accepted", CAPTURE, is_arrival=True),
    Transition("take_over_ready", "ready", "accepted", CAPTURE, is_arrival=True),
    Transition("forget_new", "new", "invalid", FORGET),
    Transition("forget_nurture", "nurture", "invalid", FORGET),
    Transition("forget_ready", "ready", "invalid", FORGET),
    Transition("forget_dispatched", "dispatched", "invalid", FORGET),
    Transition("forget_accepted", "accepted", "invalid", FORGET),
    Transition("forget_working", "working", "invalid", FORGET),
    Transition("forget_lost_pending", "lost_pending", "invalid", FORGET),
)
# A sleeping lead whose customer comes again is called again; a dealer who meets the customer first has the lead.
WAKING = {t.source: t.name for t in TRANSITIONS if t.name.startswith("wake_")}
# The customer had their data erased: there is nobody to call any more.
FORGETTING = {t.source: t.name for t in TRANSITIONS if t.name.startswith("forget_")}
TAKING_OVER = {t.source: t.name for t in TRANSITIONS if t.name.startswith("take_over_")}
_BY_NAME = {t.name: t for t in TRANSITIONS}
FINAL = frozenset({"delivered", "lost", "invalid"})
AT_DEALER = frozenset({"dispatched", "accepted", "working", "lost_pending", "ordered", "delivered"})
OPEN_AT_DEALER = frozenset({"dispatched", "accepted", "working"})
OPEN = frozenset({"new", "nurture", "ready", *OPEN_AT_DEALER, "lost_pending", "ordered"})

# The steps a person sees on the lead's page, in order.
STEPS = ("new", "ready", "dispatched", "accepted", "working", "ordered", "delivered")


def transition_named(name: str) -> Transition:
    """The row of the table. Raises ``LookupError`` for a name that is not in it."""
    return _BY_NAME[name]


def check_transition(name: str, lead: LeadFacts) -> Transition:
    """The transition, if the lead may take it now; raises ``TransitionRefused`` with the reason otherwise."""
    transition = transition_named(name)
    if lead.status != transition.source:
        raise TransitionRefused(name, lead.status, "wrong_state")
    reason = transition.guard(lead) if transition.guard else None
    if reason:
        raise TransitionRefused(name, lead.status, reason)
    return transition


def possible_transitions(lead: LeadFacts) -> list[Transition]:
    """What can happen next, whoever asks."""
    return [t for t in TRANSITIONS if t.source == lead.status and not (t.guard and t.guard(lead))]
