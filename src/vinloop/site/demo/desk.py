"""The second part of a lead's life in the demo: verification by phone, nurturing, and the choice of a dealer."""

from __future__ import annotations

from datetime import datetime, timedelta

from vinloop.customers.models import ContactPoint
from vinloop.kernel.clocks import add_business_minutes
from vinloop.leads.events import (
    LeadDeclined,
    LeadDispatched,
    LeadEscalated,
    LeadInvalid,
    LeadNotReached,
    LeadReminded,
    LeadRipened,
    LeadVerified,
    LeadWithdrawn,
)
from vinloop.leads.models import Assignment, Contact
from vinloop.leads.rules.dispatch import DealerState, Wanted, place_score, rank, score
from vinloop.leads.rules.levels import expected_order_date, level_for
from vinloop.leads.rules.verification import DEFAULT_RETRY_MINUTES
from vinloop.site.demo import words
from vinloop.site.demo.capture import Story
from vinloop.site.demo.moments import in_hours, later
from vinloop.site.demo.world import Shop

ACCEPT_MINUTES, CONTACT_MINUTES, REASSIGN_MINUTES = 15, 30, 60
_NURTURE = timedelta(days=30)
_ROUND = 1_000_00
_INVALID = {"not_interested": 45, "wrong_number": 22, "already_bought": 22, "test_entry": 11}
_DAYS = ((7, 0.18), (15, 0.24), (30, 0.3), (90, 0.28))


def _about(amount: float) -> int:
    """A budget as people name it: to the thousand, in minor units."""
    return round(amount / _ROUND) * _ROUND


class DeskStory(Story):
    """A lead at headquarters."""

    assignment: Assignment | None = None
    shop: Shop

    @property
    def clocks(self) -> Assignment:
        """The assignment the lead is at a dealer with; a showroom's own lead has none."""
        if self.assignment is None:
            raise LookupError(self.lead.ref)
        return self.assignment

    def verify(self) -> bool:
        """Call until somebody answers; whether the lead is hot now."""
        at = later(self.world.schedule, self.lead.received_at, self.rng.expovariate(1 / 22), self.rng)
        for minutes in (*DEFAULT_RETRY_MINUTES, None):
            self.go(at)
            if self.rng.random() < 0.66:
                return self._answered(at, self.rng.choices(("hot", "later", "invalid"), (37, 35, 28))[0])
            self.not_reached(at)
            if minutes is None:
                break
            at = add_business_minutes(self.world.schedule, at, minutes)
            self.lead.next_attempt_at = at
            at = later(self.world.schedule, at, self.rng.randrange(1, 50), self.rng)
        self._close_invalid(at, "unreachable")
        return False

    def nurture(self) -> bool:
        """Call again every month until the wish is ripe or gone; whether it is hot at last."""
        while True:
            at = self.go(in_hours(self.world.schedule, self.lead.next_attempt_at or self.lead.received_at, self.rng))
            self.lead.status, self.lead.next_attempt_at = "new", at
            self.tell(LeadRipened(ref=self.lead.ref), at)
            at = self.go(later(self.world.schedule, at, self.rng.randrange(5, 240), self.rng))
            outcome = self.rng.choices(("hot", "later", "invalid"), (24, 41, 35))[0]
            hot = self._answered(at, outcome)
            if hot or outcome == "invalid":
                return hot

    def dispatch(self) -> bool:
        """Hand the lead to the best dealer, to the next when that one gives it back; whether one took it."""
        at = self.lead.verified_at or self.lead.received_at
        tried: set[int] = set()
        while len(tried) < 3:
            at = self.go(at + timedelta(seconds=self.rng.randrange(2, 6)))
            self.shop, explanation = self.choose(tried)
            tried.add(self.shop.id)
            self.hand_over(at, explanation)
            if self.rng.random() < 0.9:
                return True
            at = self._comes_back()
        return False

    def _answered(self, at: datetime, outcome: str) -> bool:
        if outcome == "invalid":
            self.call(at, Contact.Result.NOT_BUYING)
            self._close_invalid(at, self.rng.choices(list(_INVALID), list(_INVALID.values()))[0])
            return False
        hot = outcome == "hot"
        days = self.rng.choices([d for d, _ in _DAYS], [share for _, share in _DAYS])[0] if hot else 180
        self.call(at, Contact.Result.REACHED)
        self.verified(at, days)
        return hot

    def verified(self, at: datetime, days: int) -> None:
        """What the agent learned: the contact is valid, the need clear, the timeframe set."""
        lead, agent = self.lead, self._agent()
        lead.is_hot = days <= 90
        lead.status = "ready" if lead.is_hot else "nurture"
        lead.level = level_for(days)
        lead.verified_at, lead.verified_by_id = at, agent
        lead.attempts = 0
        lead.next_attempt_at = None if lead.is_hot else at + _NURTURE
        lead.expected_order_on = expected_order_date(at, days, "Asia/Shanghai")
        lead.handover_note = words.handover(self.rng, self.wish.someone.language, lead.model_text, days)
        price = self.wish.model.price_from or 0
        lead.budget_low, lead.budget_high = _about(price * 0.9), _about(price * 1.15)
        for point in self.book.contacts_of(lead.customer_id):
            point.state = ContactPoint.State.VERIFIED if point.kind == "phone" else point.state
        self.tell(LeadVerified(ref=lead.ref, level=lead.level, is_hot=lead.is_hot), at, agent)

    def not_reached(self, at: datetime) -> None:
        """A call nobody answers."""
        self.lead.attempts += 1
        self.call(at, Contact.Result.NO_ANSWER)
        self.tell(LeadNotReached(ref=self.lead.ref, attempt=self.lead.attempts), at, self._agent())

    def _close_invalid(self, at: datetime, reason: str) -> None:
        lead = self.lead
        lead.status, lead.closed_at, lead.next_attempt_at = "invalid", at, None
        lead.lost_reason_id = self.world.reason("invalid", reason).pk
        self.tell(LeadInvalid(ref=lead.ref, reason=reason), at, self._agent())

    def _agent(self) -> int:
        """One agent sees a lead through."""
        return self.world.verifiers[self.number % len(self.world.verifiers)]

    def call(self, at: datetime, result: str) -> None:
        """One verification call."""
        self.book.add(
            Contact(
                lead_id=self.lead.pk,
                owner_id=self.world.root_id,
                user_id=self._agent(),
                purpose=Contact.Purpose.VERIFY,
                channel=Contact.Channel.PHONE,
                result=result,
                at=at,
            )
        )

    def choose(self, tried: set[int]) -> tuple[Shop, dict[str, object]]:
        """The dealer by the product's own rule, with the explanation the product keeps."""
        lead, place = self.lead, self.wish.place
        wanted = Wanted(lead.city, lead.province, place.latitude, place.longitude)
        ranked = rank(
            score(place_score(wanted, shop.option), shop.option, self._state_of(shop))
            for shop in self.world.shops
            if lead.brand_id in shop.dealer.brand_ids and shop.id not in tried
        )
        names = {shop.id: shop.dealer.name for shop in self.world.shops}
        candidates = [
            {
                "dealer_id": each.dealer_id,
                "name": names[each.dealer_id],
                "total": each.total,
                "parts": dict(each.parts),
                "distance_km": each.distance_km,
            }
            for each in ranked[:5]
        ]
        explanation: dict[str, object] = {"chosen_by": "rule", "candidates": candidates, "refused": {}}
        return self.world.by_id[ranked[0].dealer_id], explanation

    def _state_of(self, shop: Shop) -> DealerState:
        return DealerState(
            open_leads=self.rng.randrange(5, 50),
            is_open=True,
            decline_rate=0.1,
            is_wished=shop.id == self.lead.wished_dealer_id,
        )

    def hand_over(self, at: datetime, explanation: dict[str, object]) -> None:
        """The lead is at the chosen dealer, against two clocks."""
        lead, shop = self.lead, self.shop
        lead.status, lead.owner_id, lead.dealer_id = "dispatched", shop.id, shop.id
        lead.dispatched_at, lead.dispatch_count = at, lead.dispatch_count + 1
        lead.next_attempt_at = None
        accept_by = add_business_minutes(shop.schedule, at, ACCEPT_MINUTES)
        contact_by = add_business_minutes(shop.schedule, at, CONTACT_MINUTES)
        lead.next_follow_up_at = accept_by
        self.assignment = Assignment(
            lead_id=lead.pk,
            owner_id=shop.id,
            dispatched_at=at,
            accept_by=accept_by,
            contact_by=contact_by,
            next_check_at=add_business_minutes(shop.schedule, at, ACCEPT_MINUTES // 2),
            explanation=explanation,
        )
        self.book.add(self.assignment)
        self.book.give_access(lead.customer_id, shop.id, "lead", at)
        fact = LeadDispatched(
            ref=lead.ref,
            dealer=shop.dealer.code,
            dealer_name=shop.dealer.name,
            accept_by=accept_by.isoformat(),
            contact_by=contact_by.isoformat(),
            level=lead.level,
            model=lead.model_text,
        )
        self.tell(fact, at)

    def _comes_back(self) -> datetime:
        """The dealer declines, or lets the clock run out."""
        if self.rng.random() < 0.6:
            return self._declined()
        assignment, lead = self.clocks, self.lead
        self._clock(add_business_minutes(self.shop.schedule, assignment.dispatched_at, ACCEPT_MINUTES // 2), "reminded")
        self._clock(assignment.accept_by, "escalated")
        at = self.go(add_business_minutes(self.shop.schedule, assignment.accept_by, REASSIGN_MINUTES))
        self.tell(LeadWithdrawn(ref=lead.ref, dealer=self.shop.dealer.code, reason="timed_out"), at)
        self.leave_dealer(at, Assignment.Outcome.TIMED_OUT, "ready")
        return at

    def _clock(self, at: datetime, step: str) -> None:
        """The watch reminds at half time and escalates at the deadline."""
        self.go(at)
        clocks, schedule = self.clocks, self.shop.schedule
        if step == "reminded":
            clocks.reminded_at, clocks.next_check_at = at, clocks.accept_by
            self.tell(LeadReminded(ref=self.lead.ref, clock="accept"), at)
        else:
            clocks.escalated_at = at
            clocks.next_check_at = add_business_minutes(schedule, clocks.accept_by, REASSIGN_MINUTES)
            self.tell(LeadEscalated(ref=self.lead.ref, clock="accept"), at)

    def _declined(self) -> datetime:
        at = self.go(later(self.shop.schedule, self.clocks.dispatched_at, self.rng.randrange(2, 14), self.rng))
        code = self.rng.choices(("too_far", "no_capacity", "no_stock", "known_customer"), (3, 4, 2, 2))[0]
        reason = self.world.reason("declined", code)
        self.clocks.decline_reason_id = reason.pk
        fact = LeadDeclined(ref=self.lead.ref, dealer=self.shop.dealer.code, reason=reason.code)
        self.tell(fact, at, self.shop.manager_id)
        self.leave_dealer(at, Assignment.Outcome.DECLINED, "ready")
        return at

    def leave_dealer(self, at: datetime, outcome: str, status: str) -> None:
        """The lead goes back to headquarters."""
        lead = self.lead
        if self.assignment is not None:
            self.assignment.outcome, self.assignment.ended_at, self.assignment.next_check_at = outcome, at, None
        if lead.dealer_id is not None:
            self.book.end_access(lead.customer_id, lead.dealer_id, "lead", at)
        lead.status, lead.owner_id, lead.dealer_id = status, self.world.root_id, None
        lead.consultant_id = lead.accepted_at = lead.next_follow_up_at = None
