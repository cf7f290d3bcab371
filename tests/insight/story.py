"""A small history with answers that can be counted on two hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.leads.world import World
from vinloop.customers.models import Customer, CustomerAccess
from vinloop.kernel.models import Organisation
from vinloop.leads.models import (
    Assignment,
    Campaign,
    DemoCar,
    Lead,
    LeadSource,
    ReasonCode,
    ShowroomVisit,
    TestDrive,
    Touch,
)
from vinloop.orders.models import Order


@dataclass
class Story:
    """Writes rows as the actions would have left them; the story happens in the days before ``now``."""

    world: World
    now: datetime = field(default_factory=timezone.now)
    count: int = 0

    def ago(self, days: float) -> datetime:
        """A moment some days ago."""
        return self.now - timedelta(days=days)

    def customer(self, dealer: Organisation | None = None) -> Customer:
        """Somebody, whom the dealer may see."""
        self.count += 1
        made: Customer = Customer.objects.create(
            ref=f"C-{self.count}", kind="person", name="王", created_at=self.now, updated_at=self.now
        )
        if dealer:
            CustomerAccess.objects.create(customer=made, organisation=dealer, kind="lead", since=self.now)
        return made

    def lead(self, dealer: Organisation | None = None, *, days: float = 3, **values: Any) -> Lead:
        """A lead received some days ago, at a dealer or at headquarters."""
        at = self.ago(days)
        place = {"dealer": dealer, "dispatched_at": at, "verified_at": at} if dealer else {}
        facts: dict[str, Any] = {"source": self.source("web"), "status": "working" if dealer else "new"}
        made: Lead = Lead.objects.create(**({
            "ref": f"L-{self.count:04d}", "owner": dealer or self.world.network.root, "customer": self.customer(dealer),
            "brand": self.world.brand, "car_model": self.world.model, "door": "api", "received_at": at,
            "updated_at": at,
        } | place | facts | values))  # fmt: skip
        return made

    def hand_over(self, lead: Lead, dealer: Organisation, **values: Any) -> Assignment:
        """A lead handed to a dealer when it came."""
        at = lead.received_at
        times = {"accept_by": at + timedelta(minutes=15), "contact_by": at + timedelta(minutes=30)}
        made: Assignment = Assignment.objects.create(
            **({"lead": lead, "owner": dealer, "dispatched_at": at} | times | values)
        )
        return made

    def contacted(self, dealer: Organisation, seconds: int, *, days: float = 3, **values: Any) -> Lead:
        """A lead that was accepted, and contacted after so many seconds of business time."""
        at = self.ago(days) + timedelta(seconds=seconds)
        lead = self.lead(dealer, days=days, **({"first_contacted_at": at, "response_seconds": seconds} | values))
        is_over = lead.status in ("lost", "delivered")
        end = {"outcome": "closed", "ended_at": self.now} if is_over else {"outcome": "accepted"}
        self.hand_over(lead, dealer, accepted_at=lead.received_at, first_contacted_at=at, **end)
        return lead

    def order(self, lead: Lead, *, days: float, **values: Any) -> Order:
        """The lead's order, placed some days ago."""
        made: Order = Order.objects.create(**({
            "ref": f"O-{lead.ref}", "owner": lead.owner, "lead": lead, "customer": lead.customer, "price": 20_000_000,
            "car_model": self.world.model, "consultant": self.world.consultant, "ordered_at": self.ago(days),
        } | values))  # fmt: skip
        return made

    def visit(self, dealer: Organisation, *, is_captured: bool = False, **values: Any) -> ShowroomVisit:
        """A party in the showroom yesterday."""
        self.count += 1
        customer = self.customer(dealer) if is_captured else None
        made: ShowroomVisit = ShowroomVisit.objects.create(
            **({"ref": f"V-{self.count}", "owner": dealer, "arrived_at": self.ago(1), "customer": customer} | values)
        )
        return made

    def drive(self, lead: Lead) -> None:
        """A test drive done yesterday."""
        car = DemoCar.objects.create(owner=lead.owner, car_model=self.world.model, plate=f"沪A{lead.pk}")
        TestDrive.objects.create(
            ref=f"T-{lead.pk}", owner=lead.owner, lead=lead, customer=lead.customer, demo_car=car, status="done",
            consultant=self.world.consultant, starts_at=self.ago(1), ends_at=self.ago(0.9), created_at=self.now,
        )  # fmt: skip

    def touches(self, lead: Lead, *campaigns: Campaign | None) -> None:
        """The lead's touches, a day apart."""
        for number, campaign in enumerate(campaigns):
            at = lead.received_at + timedelta(days=number)
            Touch.objects.create(
                lead=lead, owner=lead.owner, source=lead.source, campaign=campaign, door="api", payload={}, at=at
            )
        lead.touch_count, lead.campaign = len(campaigns), campaigns[0]
        lead.save()

    def source(self, family: str) -> LeadSource:
        """A source of a family."""
        made: LeadSource = LeadSource.objects.get_or_create(code=family, defaults={"name": family, "family": family})[0]
        return made


def tell(world: World) -> Story:
    """Four leads at D1, one at its sister D2, three at headquarters; visits, a test drive and a sale at D1."""
    story = Story(world)
    dealer, sister = world.network.dealer, world.network.sister
    with world.system():
        price = ReasonCode.objects.get(code="price")
        sold = story.contacted(
            dealer, 600, days=5, status="delivered", is_hot=True, test_driven_at=story.ago(4), ordered_at=story.ago(3),
            delivered_at=story.ago(1), closed_at=story.ago(1), source=story.source("referral"),
            consultant=world.consultant,
        )  # fmt: skip
        story.order(sold, days=3, status="delivered", delivered_at=story.ago(1))
        story.drive(sold)
        story.contacted(dealer, 1200, consultant=world.consultant, next_follow_up_at=story.ago(1))
        lost: dict[str, Any] = {"lost_reason": price, "lost_reviewed_by": world.manager, "closed_at": story.ago(1)}
        story.contacted(dealer, 4000, status="lost", **lost)
        waiting = story.lead(dealer, status="dispatched")
        story.hand_over(waiting, dealer)
        story.contacted(sister, 300)
        story.lead(status="invalid")
        story.lead(status="new", next_attempt_at=story.ago(2))
        ready = story.lead(status="ready", verified_at=story.ago(2), dispatched_at=story.ago(2))
        story.hand_over(ready, dealer, outcome="declined", ended_at=story.now)
        for is_captured in (True, False, False):
            story.visit(dealer, is_captured=is_captured)
        story.visit(dealer, kind="invited")
        story.visit(dealer, is_captured=True, is_first_visit=False)
        story.visit(sister, is_captured=True)
    return story
