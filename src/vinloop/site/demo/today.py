"""What is going on at the moment the demo is opened: calls to make, clocks that run, visitors in the showroom."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vinloop.kernel.clocks import add_business_minutes
from vinloop.leads.events import LeadAccepted, LeadAssigned, LeadEscalated, LeadLostReported, LeadReminded
from vinloop.leads.models import Assignment, Contact
from vinloop.site.demo import words
from vinloop.site.demo.book import Book
from vinloop.site.demo.capture import Wish, make_wish
from vinloop.site.demo.closing import LeadStory
from vinloop.site.demo.desk import CONTACT_MINUTES, REASSIGN_MINUTES
from vinloop.site.demo.history import record_visitor
from vinloop.site.demo.moments import business_ago
from vinloop.site.demo.people import Someone
from vinloop.site.demo.staff import DEMO_DEALER
from vinloop.site.demo.world import Shop, World

_SOURCES = ("web", "adf-portal", "hotline", "event", "referral", "partner-file")
_MINUTE = timedelta(minutes=1)
_WAITED = (2, 4, 7, 9, 12, 16, 21, 27, 33, 40, 48, 61, 75, 95, 118, 150, 190)
_RETRIES = ((1, -25), (1, -5), (1, 40), (2, -60), (2, 90), (3, -10), (4, 600))
# Days before today at which the customer should be called, and the level.
_FOLLOW_UPS = ((-3, "H"), (-2, "A"), (-1, "B"), (0, "H"), (0, "H"), (0, "A"), (0, "B"), (0, "C"), (1, "H"), (1, "A"),
               (2, "B"), (3, "C"), (4, "B"))  # fmt: skip
_DRIVES = ((0, 10, 0), (0, 14, 30), (0, 16, 0), (1, 10, 30), (1, 15, 0))
CONTACT_REASSIGN_MINUTES = 240


class TodayStory(LeadStory):
    """A lead placed at a certain point of the loop instead of living by chance."""

    def arrive(self, at: datetime, days: int = 15) -> None:
        """Captured and verified: waits for a dealer."""
        self.capture(at, user_id=self.clerk())
        verified_at = min(at + self.rng.randrange(6, 25) * _MINUTE, self.world.now)
        self.call(verified_at, Contact.Result.REACHED)
        self.verified(verified_at, days)

    def hand_to(self, shop: Shop, at: datetime) -> None:
        """Dispatched to a certain dealer, because the customer asked for it."""
        self.lead.wished_dealer_id = shop.id
        self.shop, explanation = self.choose({other.id for other in self.world.shops if other.id != shop.id})
        self.hand_over(at, explanation)

    def accepted(self, at: datetime, consultant_id: int) -> None:
        """Taken by a consultant."""
        self.lead.status, self.lead.accepted_at, self.lead.consultant_id = "accepted", at, consultant_id
        if self.assignment is not None:
            self.assignment.outcome, self.assignment.accepted_at = Assignment.Outcome.ACCEPTED, at
            start = self.assignment.dispatched_at
            due = add_business_minutes(self.shop.schedule, start, CONTACT_MINUTES // 2)
            self.assignment.next_check_at = due
        self.tell(LeadAccepted(ref=self.lead.ref, dealer=self.shop.dealer.code), at, consultant_id)

    def missed(self, clock: str) -> None:
        """The clock ran out a while ago: reminded, then escalated."""
        assignment, schedule = self.assignment, self.shop.schedule
        if assignment is None:
            return
        deadline = assignment.accept_by if clock == "accept" else assignment.contact_by
        grace = REASSIGN_MINUTES if clock == "accept" else CONTACT_REASSIGN_MINUTES
        half = assignment.dispatched_at + (deadline - assignment.dispatched_at) / 2
        assignment.reminded_at, assignment.escalated_at = half, deadline
        assignment.next_check_at = add_business_minutes(schedule, deadline, grace)
        self.tell(LeadReminded(ref=self.lead.ref, clock=clock), half)
        self.tell(LeadEscalated(ref=self.lead.ref, clock=clock), deadline)


class Today:
    """Everything that is open now, most of it at headquarters and at one dealer."""

    def __init__(self, world: World, book: Book) -> None:
        self.world, self.book, self.rng, self.now = world, book, world.rng, world.now
        self.shop = next(shop for shop in world.shops if shop.dealer.code == DEMO_DEALER)

    def tell(self) -> None:
        """Write it all into the book."""
        self._to_verify()
        self._without_phone()
        self._waiting_for_a_dealer()
        self._running_clocks()
        self._follow_ups()
        self._lost_to_review()
        self._test_drives()
        self._in_the_showroom()

    def _story(self, at: datetime, shop: Shop | None = None) -> TodayStory:
        wish = make_wish(self.world, self.rng.choice(_SOURCES), at, shop)
        return TodayStory(self.world, self.book, wish)

    def _to_verify(self) -> None:
        for number, minutes in enumerate(_WAITED):
            at = self.now - minutes * _MINUTE
            story = self._story(at)
            story.capture(at, user_id=story.clerk())
            if number % 6 == 0:
                story.touch_again(at + minutes * _MINUTE / 2)
        for attempts, due_in in _RETRIES:
            at = self.now - timedelta(hours=5 * attempts)
            story = self._story(at)
            story.capture(at, user_id=story.clerk())
            for attempt in range(attempts):
                story.not_reached(at + timedelta(hours=attempt + 1))
            story.lead.next_attempt_at = self.now + due_in * _MINUTE

    def _without_phone(self) -> None:
        """A portal's ADF lead with nothing but a name and an e-mail address."""
        at = self.now - 35 * _MINUTE
        wish: Wish = make_wish(self.world, "adf-portal", at, self.shop)
        wish.someone = Someone("J. Hart", "person", "", "", "j.hart@example.com", "en")
        wish.timeframe, wish.comments, wish.interest = "within 2 weeks", "Is the long range version in stock?", "buy"
        TodayStory(self.world, self.book, wish).capture(at)

    def _waiting_for_a_dealer(self) -> None:
        for minutes in (32, 41, 55, 70):
            at = self.now - minutes * _MINUTE
            self._story(at).arrive(at, self.rng.choice((7, 15, 30)))

    def _running_clocks(self) -> None:
        """At the demo dealer: some to accept, some to call, some too late for either."""
        people = self.shop.consultants
        for minutes, stage in (
            (2, "wait"),
            (6, "wait"),
            (11, "wait"),
            (28, "accept"),
            (10, "call"),
            (18, "call"),
            (50, "contact"),
        ):
            dispatched_at = business_ago(self.shop.schedule, self.now, minutes)
            story = self._story(dispatched_at, self.shop)
            story.arrive(dispatched_at - 40 * _MINUTE, self.rng.choice((7, 15)))
            story.hand_to(self.shop, dispatched_at)
            if stage in ("call", "contact"):
                story.accepted(dispatched_at + 3 * _MINUTE, people[minutes % len(people)])
            if stage in ("accept", "contact"):
                story.missed(stage)
        self._clocks_elsewhere()

    def _clocks_elsewhere(self) -> None:
        for shop in self.rng.sample(self.world.shops[1:], 6):
            dispatched_at = business_ago(shop.schedule, self.now, self.rng.randrange(1, 12))
            story = self._story(dispatched_at, shop)
            story.arrive(dispatched_at - 40 * _MINUTE)
            story.hand_to(shop, dispatched_at)

    def _in_follow_up(self, number: int, level: str, days_ago: int = 6) -> TodayStory:
        """A lead of the demo dealer that was called some days ago."""
        dispatched_at = business_ago(self.shop.schedule, self.now - timedelta(days=days_ago), 30)
        story = self._story(dispatched_at, self.shop)
        story.arrive(dispatched_at - 40 * _MINUTE, {"H": 7, "A": 15, "B": 30}.get(level, 90))
        story.hand_to(self.shop, dispatched_at)
        story.accepted(dispatched_at + 4 * _MINUTE, self.shop.consultants[number % len(self.shop.consultants)])
        story.contact(dispatched_at + 11 * _MINUTE, "phone", "reached")
        return story

    def _follow_ups(self) -> None:
        for number, (days, level) in enumerate(_FOLLOW_UPS):
            story = self._in_follow_up(number, level)
            story.lead.next_follow_up_at = self._local(days, 10 + number % 7, 30 * (number % 2))
            if number % 3 == 0:
                story.tell(LeadAssigned(ref=story.lead.ref, consultant_id=story.consultant()), story.lead.updated_at)

    def _lost_to_review(self) -> None:
        for number, code in enumerate(("competitor", "price")):
            story = self._in_follow_up(number, "B", 12)
            lead, at = story.lead, self.now - timedelta(hours=3 + number)
            story.contact(at, "phone", "reached")
            reason = self.world.reason("lost", code)
            lead.status, lead.lost_reason_id, lead.lost_by_id = "lost_pending", reason.pk, story.consultant()
            lead.lost_note = words.lost_note(self.rng, self.shop.language)
            lead.lost_competitor = words.COMPETITORS[0] if reason.asks_competitor else ""
            story.tell(LeadLostReported(ref=lead.ref, reason=reason.code), at, story.consultant())

    def _test_drives(self) -> None:
        for number, (days, hour, minute) in enumerate(_DRIVES):
            story = self._in_follow_up(number, "H", 3)
            starts_at = self._local(days, hour, minute)
            story.book_drive(self.now - timedelta(days=1), starts_at)
            story.lead.next_follow_up_at = starts_at

    def _in_the_showroom(self) -> None:
        for minutes in (8, 35):
            record_visitor(self.world, self.book, self.shop, self.now - minutes * _MINUTE, None)
        story = self._in_follow_up(0, "H", 2)
        story.visit(self.now - 20 * _MINUTE, stays=60)

    def _local(self, days: int, hour: int, minute: int) -> datetime:
        """A time of day at the demo dealer, some days from today."""
        local = self.now.astimezone(ZoneInfo(self.shop.schedule.timezone)) + timedelta(days=days)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(ZoneInfo("UTC"))
