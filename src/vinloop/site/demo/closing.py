"""The last part of a lead's life in the demo: test drive, order, delivery; and how it all hangs together."""

from __future__ import annotations

from datetime import datetime, timedelta

from vinloop.kernel.events import Fact, Subject
from vinloop.kernel.identifiers import Vin, mask_vin
from vinloop.leads.events import (
    LeadDelivered,
    LeadOrderCancelled,
    LeadOrdered,
    TestDriveBooked,
    TestDriveEnded,
)
from vinloop.leads.models import TestDrive
from vinloop.orders.events import OrderCancelled, OrderDelivered, OrderPlaced
from vinloop.orders.models import Order
from vinloop.site.demo import words
from vinloop.site.demo.capture import Later
from vinloop.site.demo.catalogue import COLOURS
from vinloop.site.demo.selling import DealerStory
from vinloop.site.demo.world import Shop
from vinloop.vehicles.events import OwnershipStarted, VehicleRegistered
from vinloop.vehicles.models import Ownership, Vehicle

_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_CYCLE_START = 2010
DRIVE_MINUTES = 45
_ENDS = {"order": 24, "lose": 66, "forget": 10}


class LeadStory(DealerStory):
    """A whole lead, from the first wish to its end or to the present."""

    def live(self, received_at: datetime) -> None:
        """A lead that comes to headquarters."""
        self.capture(received_at, user_id=self.clerk())
        try:
            hot = self.verify() or (self.lead.status == "nurture" and self.nurture())
            if hot and self.dispatch():
                self.take()
                self.first_call()
                self.follow_up()
        except Later:
            return

    def live_at_dealer(self, arrived_at: datetime, shop: Shop) -> None:
        """A visitor who left a contact: the dealer's own lead."""
        self.shop = shop
        self.capture(arrived_at, shop=shop, user_id=shop.reception_id)
        lead = self.lead
        lead.status, lead.dealer_id = "accepted", shop.id
        lead.dispatched_at = lead.accepted_at = lead.next_follow_up_at = arrived_at
        lead.next_attempt_at = None
        lead.consultant_id = self.consultant()
        try:
            self.book.give_access(lead.customer_id, shop.id, "lead", arrived_at)
            self.visit(arrived_at, kind="walk_in")
            self.follow_up()
        except Later:
            return

    def follow_up(self) -> None:
        """Calls by the cadence of the level, a visit, a test drive, and the end."""
        end = self.rng.choices(list(_ENDS), list(_ENDS.values()))[0]
        is_serious = end == "order"
        self._show_cars(is_serious)
        for _ in range(self.rng.choices((1, 2, 3, 4), (3, 4, 3, 1))[0]):
            self._call_again()
        if is_serious:
            self.order()
        elif end == "lose":
            self.lose(self._call_again())
        else:
            self.forget()

    def _show_cars(self, is_serious: bool) -> None:
        if self.lead.visited_at is None and self.rng.random() < (0.95 if is_serious else 0.5):
            self._come_in()
        if self.rng.random() < (0.85 if is_serious else 0.35):
            self._drive()
        if is_serious or self.rng.random() < 0.3:
            self.quote(self._call_again())
        if self.rng.random() < (0.55 if is_serious else 0.2):
            self._come_in()

    def _come_in(self) -> None:
        since = self.lead.last_contacted_at or self.lead.received_at
        self.visit(self.go(self.next_open_moment(since + timedelta(days=self.rng.choice((1, 1, 2, 3, 5))))))

    def _call_again(self) -> datetime:
        planned = self.lead.next_follow_up_at or self.lead.received_at
        at = self.next_open_moment(max(planned, self.lead.updated_at) - timedelta(minutes=1))
        self.go(at)
        channel = self.rng.choices(("phone", "wechat", "sms"), (70, 26, 4))[0]
        result = self.rng.choices(("reached", "no_answer", "call_back"), (78, 14, 8))[0]
        self.contact(at, channel, result)
        return at

    def _drive(self) -> None:
        """Booked in a call, done a day or more later; some do not come."""
        booked_at = self._call_again()
        starts_at = self.next_open_moment(booked_at + timedelta(days=self.rng.choice((1, 1, 2, 3))))
        drive = self.book_drive(booked_at, starts_at)
        at = self.go(starts_at + timedelta(minutes=DRIVE_MINUTES))
        if self.rng.random() < 0.12:
            drive.status = TestDrive.Status.NO_SHOW
            self.tell(TestDriveEnded(ref=drive.ref, lead=self.lead.ref, outcome="no_show"), at, self.consultant())
            return
        drive.status, drive.score = TestDrive.Status.DONE, self.rng.choices((3, 4, 5), (2, 5, 6))[0]
        drive.licence_checked_at = drive.consent_at = at
        drive.feedback = words.drive_feedback(self.rng, self.wish.someone.language)
        self.contact(at, "visit", "reached", "test_drive", drive.feedback)
        self.lead.test_driven_at = at
        self.warm()
        ended = TestDriveEnded(ref=drive.ref, lead=self.lead.ref, outcome="done", score=drive.score)
        self.tell(ended, at, self.consultant())

    def book_drive(self, booked_at: datetime, starts_at: datetime) -> TestDrive:
        """A test drive in the plan; times are kept free of other bookings by ``free_slot``."""
        car = self.shop.demo_cars[self.wish.model.pk]
        starts_at = self.book.free_slot(car, self.consultant(), starts_at, DRIVE_MINUTES)
        drive = TestDrive(
            ref=self.book.ref("T"),
            owner_id=self.shop.id,
            lead_id=self.lead.pk,
            customer_id=self.lead.customer_id,
            demo_car_id=car,
            consultant_id=self.consultant(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=DRIVE_MINUTES),
            created_at=booked_at,
        )
        self.book.add(drive)
        fact = TestDriveBooked(ref=drive.ref, lead=self.lead.ref, starts_at=starts_at.isoformat())
        self.tell(fact, booked_at, self.consultant())
        return drive

    def order(self) -> None:
        """The customer signs; some weeks later the car is handed over. A few change their mind."""
        lead, rng = self.lead, self.rng
        at = self._call_again()
        price = self.quote(at)
        at = self.go(at + timedelta(minutes=rng.randrange(10, 90)))
        promised = at + timedelta(days=rng.randrange(7, 40))
        order = Order(
            ref=self.book.ref("O"),
            owner_id=self.shop.id,
            lead_id=lead.pk,
            customer_id=lead.customer_id,
            car_model_id=self.wish.model.pk,
            trim=rng.choice(self.wish.model.trims)["name"],
            colour=rng.choice(list(COLOURS)),
            price=price,
            consultant_id=self.consultant(),
            ordered_at=at,
            promised_date=promised.date(),
        )
        self.book.add(order)
        lead.status, lead.level, lead.ordered_at, lead.next_follow_up_at = "ordered", "O", at, None
        self.book.give_access(lead.customer_id, self.shop.id, "order", at)
        self.tell(LeadOrdered(ref=lead.ref, order=order.ref), at, self.consultant())
        model = self.wish.model.code
        placed = OrderPlaced(ref=order.ref, model=model, lead=lead.ref, price=price, currency="CNY")
        self._tell_order(placed, order, at)
        if rng.random() < 0.05:
            self._cancel(order, self.go(at + timedelta(days=rng.randrange(2, 9))))
        else:
            self.deliver(order, self.go(self.next_open_moment(promised + timedelta(days=rng.randrange(-3, 5)))))

    def deliver(self, order: Order, at: datetime) -> None:
        """The car becomes known, gets its owner, and the loop is closed."""
        lead = self.lead
        vehicle = self._vehicle(order, at)
        self.book.give_access(lead.customer_id, self.shop.id, "sale", at)
        order.status, order.delivered_at, order.vehicle_id = Order.Status.DELIVERED, at, vehicle.pk
        lead.status, lead.level, lead.vin = "delivered", "D", vehicle.vin
        lead.delivered_at = lead.closed_at = at
        self.close_assignment(at)
        self.tell(LeadDelivered(ref=lead.ref, order=order.ref), at, self.consultant())
        self._tell_order(OrderDelivered(ref=order.ref, lead=lead.ref), order, at)

    def _vehicle(self, order: Order, at: datetime) -> Vehicle:
        model = self.wish.model
        vehicle = Vehicle(
            vin=make_vin(self.world.models.index(model), at.year, len(self.book.rows(Vehicle)) + 1),
            car_model_id=model.pk,
            model_year=at.year,
            trim=order.trim,
            colour=order.colour,
            plate=self.world.plate(self.shop, is_electric=model.drive == "electric"),
            sold_by_id=self.shop.id,
            delivery_date=at.date(),
            created_at=at,
        )
        self.book.add(vehicle)
        self.book.add(Ownership(vehicle_id=vehicle.pk, customer_id=order.customer_id, since=at.date()))
        subject = Subject("vehicles.vehicle", vehicle.pk, self.shop.id, mask_vin(vehicle.vin), order.customer_id)
        for fact in (
            VehicleRegistered(model=model.code, model_year=at.year),
            OwnershipStarted(model=model.code, since=at.date().isoformat()),
        ):
            self.book.tell(fact, subject, at, user_id=self.consultant(), door="screen")
        return vehicle

    def _cancel(self, order: Order, at: datetime) -> None:
        order.status, order.cancelled_at = Order.Status.CANCELLED, at
        order.cancel_note = "贷款未通过" if self.shop.country == "CN" else "Financing refused"
        self.lead.status, self.lead.level, self.lead.ordered_at = "working", "T", None
        self.lead.next_follow_up_at = at
        self.tell(LeadOrderCancelled(ref=self.lead.ref, order=order.ref), at, self.consultant())
        self._tell_order(OrderCancelled(ref=order.ref, lead=self.lead.ref), order, at)
        self.lose(self._call_again())

    def _tell_order(self, fact: Fact, order: Order, at: datetime) -> None:
        subject = Subject("orders.order", order.pk, self.shop.id, order.ref, order.customer_id)
        self.book.tell(fact, subject, at, user_id=self.consultant(), door="screen")

    def clerk(self) -> int | None:
        """Who typed the lead in, for the doors at which somebody does."""
        door = self.wish.door
        return self.world.verifiers[0] if door == "screen" else self.world.importer_id if door == "import" else None


def make_vin(model_number: int, year: int, serial: int) -> str:
    """A well-formed number with its check digit, of a maker code nobody has (LY9, small makers)."""
    code = _YEAR_CODES[(year - _CYCLE_START) % len(_YEAR_CODES)]
    draft = Vin(f"LY9AB{model_number + 1}C80{code}Y{serial:06d}")
    return draft.value[:8] + draft.expected_check_digit + draft.value[9:]
