"""The dealer's first page: what is overdue, what is for today, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import SavedView
from vinloop.kernel.web.record import Action
from vinloop.leads.models import Contact, Lead, TestDrive
from vinloop.leads.queries.consultants import Consultant, consultants_of
from vinloop.leads.queries.test_drives import drives_between
from vinloop.leads.queries.today import LANES, MOST_CARDS, NOBODY, Card, Lane, TodayFilter, count_overdue, today_lanes
from vinloop.leads.rules.days import day_span, local_day
from vinloop.leads.rules.next_step import Step, next_step
from vinloop.leads.views.addresses import lead_url, sale_url

LANE_TITLES = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "next": gettext_lazy("Next"),
    "review": gettext_lazy("Lost, to be approved"),
}
LANE_EMPTY = {
    "overdue": gettext_lazy("Nothing is overdue."),
    "today": gettext_lazy("Nothing else is due today."),
    "next": gettext_lazy("No follow-up is planned yet."),
}
LANE_TONES = {"overdue": "overdue", "today": "soon", "next": "later"}
CLOCK_WORDS = {
    "accept": gettext_lazy("Accept"),
    "contact": gettext_lazy("First contact"),
    "follow_up": gettext_lazy("Follow-up"),
    "review": gettext_lazy("Reported"),
}
LEVEL_TONES = {"H": "overdue", "A": "soon", "B": "info"}


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with its words and its button."""

    card: Card
    url: str
    step: Action | None
    can_log: bool

    @property
    def level(self) -> str:
        """The level in words."""
        return str(Lead.Level(self.card.level).label)

    @property
    def level_tone(self) -> str:
        """How hot the level looks."""
        return LEVEL_TONES.get(self.card.level, "neutral")

    @property
    def clock(self) -> str:
        """What the deadline is of."""
        return str(CLOCK_WORDS[self.card.clock])

    @property
    def last_words(self) -> str:
        """The last contact: how, and with what result."""
        last = self.card.last
        return f"{Contact.Channel(last.channel).label} · {Contact.Result(last.result).label}" if last else ""


@dataclass(frozen=True, slots=True)
class LaneView:
    """A lane with its cards and where the rest is."""

    lane: Lane
    cards: Sequence[CardView]
    total: int
    more_url: str
    back_url: str

    @property
    def title(self) -> str:
        """The heading."""
        return str(LANE_TITLES[self.lane])

    @property
    def empty(self) -> str:
        """What it means that nothing is here."""
        return str(LANE_EMPTY.get(self.lane, ""))

    @property
    def tone(self) -> str:
        """How urgent it looks."""
        return LANE_TONES.get(self.lane, "later")


@screen("leads.lead:read")
def today(request: ActorRequest) -> HttpResponse:
    """The lanes of the reader's dealer; somebody who only receives visitors starts in the showroom."""
    actor, now = request.actor, timezone.now()
    if not actor.may("leads.lead:work") and actor.may("leads.visit:record"):
        return redirect("dealer:showroom")
    address = Address.of(request)
    wanted = _wanted(address)
    lanes = today_lanes(actor, wanted, now=now)
    is_manager = actor.may("leads.lead:assign")
    people = consultants_of(actor.organisation_id) if is_manager else []
    shown = [lane for lane in LANES if wanted.lane in ("", lane)]
    views = {lane: _lane(lanes[lane].cards, lanes[lane].total, lane, actor, address) for lane in lanes}
    context = {
        "now": now,
        "lanes": [views[lane] for lane in shown],
        "review": views["review"] if wanted.lane in ("", "review") else None,
        "drives": _drives_today(actor, wanted, now),
        "tabs": _tabs(address, people) if is_manager else [],
        "people": people,
        "is_manager": is_manager,
        "is_dealer": actor.organisation_kind == "dealer",
        "open_count": sum(lane.total for lane in lanes.values()),
    }
    return render(request, "leads/today.html", context)


@screen("leads.lead:read")
def overdue_count(request: ActorRequest) -> HttpResponse:
    """How many of the reader's leads are overdue, for the menu."""
    return HttpResponse(str(count_overdue(request.actor, now=timezone.now())), content_type="text/plain")


def _wanted(address: Address) -> TodayFilter:
    lane, skip = address.get("lane"), address.get("skip")
    return TodayFilter(
        consultant=address.get("consultant"),
        lane=lane if lane in LANE_TITLES else "",
        skip=min(int(skip), 100_000) if skip.isdecimal() else 0,
    )


def _lane(cards: Sequence[Card], total: int, lane: Lane, actor: Actor, address: Address) -> LaneView:
    skip = _wanted(address).skip
    rest = total > skip + len(cards)
    more = address.url(lane=lane, skip=str(skip + MOST_CARDS)) if rest and cards else ""
    back = address.url(lane=None, skip=None) if address.get("lane") else ""
    return LaneView(lane, [_view(card, actor) for card in cards], total, more, back)


def _view(card: Card, actor: Actor) -> CardView:
    step = next_step(card.progress, actor.may)
    can_log = actor.may("leads.lead:work") and card.status in ("dispatched", "accepted", "working")
    action = _action(step, card) if step else None
    return CardView(card, lead_url(card.ref), action, can_log and step != "call")


def _action(step: Step, card: Card) -> Action:
    """The button of a step. A review is done on the card itself, so it opens the lead to read first."""
    book = f"{reverse('dealer:test_drive_new')}?lead={card.ref}"
    actions: dict[Step, Action] = {
        "accept": Action(_("Accept"), reverse("dealer:accept", args=[card.ref]), "post", icon="check"),
        "call": Action(_("Call"), reverse("dealer:contact", args=[card.ref]), "drawer", icon="phone"),
        "book_test_drive": Action(_("Book test drive"), book, "drawer", icon="steering-wheel"),
        "quote": Action(_("Quote"), reverse("leads:lead_quote", args=[card.ref]), "drawer", icon="receipt"),
        "report_sale": Action(_("Report sale"), sale_url(card.ref), icon="file-check"),
        "review_lost": Action(_("Read the lead"), lead_url(card.ref), icon="eye"),
    }
    is_pressing = card.lane == "overdue" or step == "accept"
    return replace(actions[step], is_primary=is_pressing)


def _drives_today(actor: Actor, wanted: TodayFilter, now: datetime) -> list[TestDrive]:
    if not actor.may("leads.test_drive:manage"):
        return []
    drives = drives_between(actor, *day_span(local_day(now, actor.timezone), actor.timezone))
    mine = actor.user_id if not actor.may("leads.lead:assign") else None
    if wanted.consultant.isdecimal() and mine is None:
        mine = int(wanted.consultant)
    return [drive for drive in drives if mine in (None, drive.consultant_id)]


def _tabs(address: Address, people: Sequence[Consultant]) -> list[SavedView]:
    chosen = address.get("consultant")
    entries = [("", _("Everybody")), (NOBODY, _("Unassigned")), *((str(each.id), each.label) for each in people)]
    return [
        SavedView(label, address.url(consultant=value, lane=None, skip=None), chosen == value)
        for value, label in entries
    ]
