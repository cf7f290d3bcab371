"""The third part of a lead's life in the demo: the dealer accepts, calls, shows, sells or loses."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import exp, log

from vinloop.kernel.clocks import add_business_minutes, business_seconds_between
from vinloop.leads.events import (
    LeadAccepted,
    LeadContacted,
    LeadEscalated,
    LeadLost,
    LeadLostRejected,
    LeadLostReported,
    LeadWithdrawn,
    QuoteGiven,
    VisitEnded,
    VisitRecorded,
)
from vinloop.leads.models import Assignment, Contact, Quote, ShowroomVisit
from vinloop.leads.rules.levels import next_follow_up
from vinloop.site.demo import words
from vinloop.site.demo.desk import CONTACT_MINUTES, DeskStory
from vinloop.site.demo.moments import later, showroom_hours
from vinloop.site.demo.reference import LOST_WEIGHTS

_MEDIAN_MINUTES, _SPREAD = 12.0, 0.85
_DORMANT = timedelta(days=45)
_WARMER = {"C": "B", "B": "A", "A": "H", "H": "H", "N": "B", "L": "C"}


class DealerStory(DeskStory):
    """A lead at a dealer."""

    def take(self) -> None:
        """The dealer accepts in time, nearly always."""
        assignment, schedule = self.assignment, self.shop.schedule
        start = self.lead.dispatched_at or self.lead.received_at
        at = self.go(later(schedule, start, self.rng.triangular(1, 14, 4), self.rng))
        self.lead.status, self.lead.accepted_at = "accepted", at
        self.lead.consultant_id = self.consultant()
        if assignment is not None:
            assignment.outcome, assignment.accepted_at = Assignment.Outcome.ACCEPTED, at
            assignment.next_check_at = add_business_minutes(schedule, start, CONTACT_MINUTES // 2)
        self.tell(LeadAccepted(ref=self.lead.ref, dealer=self.shop.dealer.code), at, self.lead.consultant_id)

    def first_call(self) -> datetime:
        """The first human contact: half of them within twelve minutes, some of them late."""
        start = self.lead.dispatched_at or self.lead.received_at
        minutes = exp(log(_MEDIAN_MINUTES) + _SPREAD * self.rng.gauss(0, 1))
        at = later(self.shop.schedule, start, max(1.0, minutes), self.rng)
        at = max(at, (self.lead.accepted_at or start) + timedelta(seconds=40))
        assignment = self.assignment
        if assignment is not None and at > assignment.contact_by:
            self.go(assignment.contact_by)
            assignment.escalated_at = assignment.contact_by
            assignment.next_check_at = add_business_minutes(self.shop.schedule, assignment.contact_by, 240)
            self.tell(LeadEscalated(ref=self.lead.ref, clock="contact"), assignment.contact_by)
        result = "reached" if self.rng.random() < 0.8 else "no_answer"
        self.contact(self.go(at), "phone", result)
        return at

    def contact(self, at: datetime, channel: str, result: str, purpose: str = "follow_up", note: str = "") -> None:
        """Somebody spoke to the customer; the first time the response clock stops."""
        lead, is_first = self.lead, self.lead.first_contacted_at is None
        if is_first:
            self._stop_clock(at)
        lead.status = "working" if lead.status == "accepted" else lead.status
        lead.last_contacted_at = at
        if result == "reached" and lead.level == "N":
            lead.level = self.rng.choices("HABC", (2, 3, 4, 4))[0]
        lead.next_follow_up_at = self._next_call(at, result)
        note = note or (words.call_note(self.rng, self.shop.language) if result == "reached" else "")
        self.book.add(
            Contact(
                lead_id=lead.pk, owner_id=self.shop.id, user_id=self.consultant(), purpose=purpose, channel=channel,
                result=result, note=note, at=at,
            )
        )  # fmt: skip
        seconds = lead.response_seconds if is_first else None
        fact = LeadContacted(ref=lead.ref, channel=channel, result=result, is_first=is_first, response_seconds=seconds)
        self.tell(fact, at, self.consultant())

    def visit(self, at: datetime, *, kind: str = "invited", stays: int | None = None) -> None:
        """The customer comes to the showroom, and leaves again after a while (``stays`` in minutes)."""
        lead = self.lead
        is_first = lead.visited_at is None
        left_at = at + timedelta(minutes=stays or int(self.rng.triangular(15, 120, 45)))
        visit = ShowroomVisit(
            ref=self.book.ref("V"),
            owner_id=self.shop.id,
            kind=kind,
            is_first_visit=is_first,
            party_size=self.rng.choices((1, 2, 3, 4), (3, 5, 3, 1))[0],
            arrived_at=at,
            left_at=left_at if left_at <= self.world.now else None,
            customer_id=lead.customer_id,
            lead_id=lead.pk,
            car_model_id=lead.car_model_id,
            consultant_id=self.consultant(),
            note=words.visit_note(self.rng, self.shop.language),
        )
        self.book.add(visit)
        self.book.give_access(lead.customer_id, self.shop.id, "visit", at)
        if lead.status in ("accepted", "working"):
            self.contact(at, "visit", "reached", "visit", visit.note)
        lead.visited_at = at
        arrived = VisitRecorded(ref=visit.ref, visit_kind=kind, is_captured=True)
        self.tell(arrived, at, self.shop.reception_id)
        if visit.left_at:
            self.tell(VisitEnded(ref=visit.ref), visit.left_at, self.shop.reception_id)

    def quote(self, at: datetime) -> int:
        """A price is named, a little under the list; answers it."""
        trim = self.rng.choice(self.wish.model.trims)
        price: int = round(trim["price"] * self.rng.uniform(0.93, 1.0) / 10_000) * 10_000
        model = self.wish.model
        self.book.add(
            Quote(
                lead_id=self.lead.pk, owner_id=self.shop.id, car_model_id=model.pk, trim=trim["name"], price=price,
                user_id=self.consultant(), at=at,
            )
        )  # fmt: skip
        fact = QuoteGiven(ref=self.lead.ref, model=model.code, price=price, currency="CNY")
        self.tell(fact, at, self.consultant())
        return price

    def warm(self) -> None:
        """The customer comes closer to ordering."""
        self.lead.level = _WARMER.get(self.lead.level, self.lead.level)

    def lose(self, at: datetime) -> None:
        """The consultant reports the loss, the manager reviews it a day later."""
        lead, rng = self.lead, self.rng
        reason = self.world.reason("lost", rng.choices(list(LOST_WEIGHTS), list(LOST_WEIGHTS.values()))[0])
        lead.status, lead.lost_reason_id, lead.lost_by_id = "lost_pending", reason.pk, self.consultant()
        lead.lost_note = words.lost_note(rng, self.shop.language)
        lead.lost_competitor = rng.choice(words.COMPETITORS) if reason.asks_competitor else ""
        self.tell(LeadLostReported(ref=lead.ref, reason=reason.code), at, self.consultant())
        at = self.go(later(self.shop.schedule, at, rng.randrange(60, 900), rng))
        lead.lost_reviewed_by_id = self.shop.manager_id
        if rng.random() < 0.08:
            lead.status, lead.next_follow_up_at = "working", at
            self.tell(LeadLostRejected(ref=lead.ref), at, self.shop.manager_id)
            at = self.go(later(self.shop.schedule, at, rng.randrange(600, 2400), rng))
            self.contact(at, "phone", "reached")
            self.tell(LeadLostReported(ref=lead.ref, reason=reason.code), at, self.consultant())
            at = self.go(later(self.shop.schedule, at, rng.randrange(60, 600), rng))
        lead.status, lead.level, lead.closed_at, lead.next_follow_up_at = "lost", "F", at, None
        self.close_assignment(at)
        self.tell(LeadLost(ref=lead.ref, reason=reason.code), at, self.shop.manager_id)

    def forget(self) -> None:
        """Nobody calls any more; after 45 days the lead falls back to headquarters."""
        at = self.go((self.lead.last_contacted_at or self.lead.received_at) + _DORMANT)
        self.tell(LeadWithdrawn(ref=self.lead.ref, dealer=self.shop.dealer.code, reason="dormant"), at)
        self.leave_dealer(at, Assignment.Outcome.WITHDRAWN, "nurture")
        self.lead.next_attempt_at = at + timedelta(days=30)

    def close_assignment(self, at: datetime) -> None:
        """The lead has come to its end at this dealer."""
        if self.assignment is not None:
            self.assignment.outcome, self.assignment.ended_at = Assignment.Outcome.CLOSED, at
            self.assignment.next_check_at = None

    def next_open_moment(self, day: datetime) -> datetime:
        """A moment in opening hours of the day, or of the next one the doors are open."""
        for further in range(14):
            at = showroom_hours(self.rng, self.shop.schedule, day + timedelta(days=further))
            if at is not None and at > day:
                return at
        return day

    def _stop_clock(self, at: datetime) -> None:
        lead = self.lead
        start = lead.dispatched_at or lead.received_at
        lead.first_contacted_at = at
        lead.response_seconds = max(0, business_seconds_between(self.shop.schedule, start, at))
        if self.assignment is not None:
            self.assignment.first_contacted_at, self.assignment.next_check_at = at, None

    def _next_call(self, at: datetime, result: str) -> datetime:
        if result != "reached":
            return at + timedelta(days=1)
        return next_follow_up(self.lead.level, at, self.shop.schedule.timezone) or at + timedelta(days=15)

    def consultant(self) -> int:
        """The consultants take turns."""
        people = self.shop.consultants
        return self.lead.consultant_id or people[self.number % len(people)]
