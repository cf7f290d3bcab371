"""A year of leads and showroom visits, told one story after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from vinloop.kernel.events import Subject
from vinloop.leads.events import VisitEnded, VisitRecorded
from vinloop.leads.models import ShowroomVisit
from vinloop.site.demo import words
from vinloop.site.demo.book import Book
from vinloop.site.demo.capture import Wish, make_wish
from vinloop.site.demo.closing import LeadStory
from vinloop.site.demo.moments import arrivals, showroom_hours
from vinloop.site.demo.reference import SOURCES
from vinloop.site.demo.world import Shop, World

_COMES_BACK, _KNOWN_ALREADY = 0.08, 0.05
_FORGOTTEN = timedelta(days=90)


def tell_leads_of_headquarters(world: World, book: Book, *, since: datetime, count: int) -> None:
    """Leads from the web, calls, events, portals and files, spread over the time."""
    codes, shares = [row[0] for row in SOURCES], [row[4] for row in SOURCES]
    former: list[tuple[datetime, LeadStory]] = []
    for at in arrivals(world.rng, since=since, until=world.now, count=count, zone="Asia/Shanghai"):
        wish = make_wish(world, world.rng.choices(codes, shares)[0], at)
        _meet_again(world, wish, former, at)
        story = LeadStory(world, book, wish)
        story.live(at)
        if world.rng.random() < _COMES_BACK:
            story.touch_again(at + timedelta(days=world.rng.uniform(0.05, 20)))
        former.append((at, story))


def _meet_again(world: World, wish: Wish, former: list[tuple[datetime, LeadStory]], at: datetime) -> None:
    """Some people were here before, long enough ago for a lead of their own."""
    if not former or world.rng.random() > _KNOWN_ALREADY:
        return
    then, story = world.rng.choice(former)
    if at - then > _FORGOTTEN:
        wish.someone, wish.customer, wish.place = story.wish.someone, story.customer, story.wish.place


def tell_showroom_leads(world: World, book: Book, *, since: datetime, count: int) -> None:
    """Visitors who left a contact: the dealers' own leads."""
    for day in arrivals(world.rng, since=since, until=world.now, count=count, zone="Asia/Shanghai"):
        shop = world.shop_at_random()
        at = showroom_hours(world.rng, shop.schedule, day)
        if at is not None and since <= at < world.now:
            wish = make_wish(world, "showroom", at, shop)
            wish.interest, wish.comments, wish.timeframe = "buy", "", ""
            LeadStory(world, book, wish).live_at_dealer(at, shop)


def tell_other_visits(world: World, book: Book, *, since: datetime, count: int) -> None:
    """Visitors who left nothing; they are counted all the same."""
    for day in arrivals(world.rng, since=since, until=world.now, count=count, zone="Asia/Shanghai"):
        shop = world.shop_at_random()
        at = showroom_hours(world.rng, shop.schedule, day)
        if at is not None and since <= at < world.now:
            stay = timedelta(minutes=int(world.rng.triangular(5, 80, 18)))
            record_visitor(world, book, shop, at, at + stay)


def record_visitor(world: World, book: Book, shop: Shop, at: datetime, left_at: datetime | None) -> None:
    """One party without a contact; not yet gone when ``left_at`` lies ahead."""
    rng = world.rng
    visit = ShowroomVisit(
        ref=book.ref("V"),
        owner_id=shop.id,
        is_first_visit=rng.random() < 0.86,
        party_size=rng.choices((1, 2, 3, 4, 5), (4, 6, 3, 2, 1))[0],
        arrived_at=at,
        left_at=left_at if left_at and left_at <= world.now else None,
        car_model_id=world.model_for(shop).pk if rng.random() < 0.6 else None,
        consultant_id=rng.choice(shop.consultants) if rng.random() < 0.7 else None,
        note=words.visit_note(rng, shop.language),
    )
    book.add(visit)
    subject = Subject("leads.visit", visit.pk, shop.id, visit.ref)
    arrived = VisitRecorded(ref=visit.ref, visit_kind="walk_in", is_captured=False)
    book.tell(arrived, subject, at, user_id=shop.reception_id, door="screen")
    if visit.left_at:
        book.tell(VisitEnded(ref=visit.ref), subject, visit.left_at, user_id=shop.reception_id, door="screen")
