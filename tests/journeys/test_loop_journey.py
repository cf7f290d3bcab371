"""The closed loop as its people live it: buyer, headquarters, dealer; from the first interest to the delivered car."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import CHINESE, ENGLISH, PHONE, People, speak
from tests.journeys.steps import (
    CAMPAIGN,
    book_test_drive,
    card,
    choose,
    drive,
    enquire,
    hand_over,
    log_contact,
    lose,
    new_phone,
    open_lead,
    order,
    quote,
    save,
    sees_progress,
    step,
    verify,
    vin_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.process]


def test_from_first_interest_to_the_delivered_car(people: People) -> None:
    buyer = people.visitor(ENGLISH, PHONE)
    desk = people.colleague("verifier", CHINESE)
    consultant = people.colleague("consultant", CHINESE, PHONE)
    manager = people.colleague("dealer", ENGLISH)
    for person in (consultant, manager):
        person.open("/desk/dealer/")

    enquiry = enquire(buyer, name="Grace Miller", phone=new_phone())
    ref = enquiry.ref
    sees_progress(buyer, enquiry, done=1)
    verify(desk, ref)
    sees_progress(buyer, enquiry, done=2)
    for person in (consultant, manager):
        expect(card(person, ref)).to_be_visible()
    consultant.picture("today.zh")

    card(consultant, ref).locator("form[action*='/accept/'] button").click()
    expect(consultant.page.locator(".vl-toast.tone-good").first).to_be_visible()
    log_contact(consultant, ref, picture="log-contact.zh")
    sees_progress(buyer, enquiry, done=3)
    drive(consultant, book_test_drive(consultant, ref))
    sees_progress(buyer, enquiry, done=4)
    quote(consultant, ref)
    order(consultant, ref)
    sees_progress(buyer, enquiry, done=5)
    open_lead(manager, ref)
    manager.picture("lead.en")
    hand_over(manager, ref, vin_of(ref))
    sees_progress(buyer, enquiry, done=6)
    expect(buyer.page.locator("h1")).to_have_text("Enjoy your new car")
    buyer.picture("my-page.en")

    known_at_headquarters(people, ref, vin_of(ref))
    closed_to_others(people, ref)


def test_a_lost_lead_is_reviewed_and_comes_back(people: People) -> None:
    buyer = people.visitor(CHINESE)
    desk = people.colleague("verifier", CHINESE)
    consultant = people.colleague("consultant", CHINESE, PHONE)
    manager = people.colleague("dealer", CHINESE)
    boss = people.colleague("manager", ENGLISH)
    enquiry = enquire(buyer, name="方晓舟", phone=new_phone(), comment="长续航版有现车吗？")
    verify(desk, enquiry.ref, picture="verify.zh")
    consultant.open("/desk/dealer/")
    card(consultant, enquiry.ref).locator("form[action*='/accept/'] button").click()
    expect(consultant.page.locator(".vl-toast.tone-good").first).to_be_visible()
    log_contact(consultant, enquiry.ref)
    open_lead(manager, enquiry.ref)
    manager.picture("lead.zh")

    lose(consultant, enquiry.ref)
    sees_progress(buyer, enquiry, done=3)
    manager.open("/desk/dealer/")
    open_lead(manager, enquiry.ref)
    step(manager, "/review/")
    choose(manager.page, "answer", "approve")
    save(manager)
    buyer.open(enquiry.own_page)
    expect(buyer.page.locator(".pt-steps")).to_have_count(0)

    open_lead(boss, enquiry.ref)
    step(boss, "/recycle/")
    choose(boss.page, "target", "nurture")
    save(boss)
    assert manager.open(f"/desk/leads/{enquiry.ref}/").status == 404, "the dealer gave the lead back"
    manager.forgive("status of 404")


def known_at_headquarters(people: People, ref: str, vin: str) -> None:
    """Car, owner and the whole story are there; the figures count the lead."""
    boss = people.colleague("manager", ENGLISH)
    page = boss.page
    open_lead(boss, ref)
    page.locator("main a[href*='/desk/customers/C-']").first.click()
    expect(page.locator("h1")).to_contain_text("Grace Miller")
    expect(page.locator("main")).to_contain_text(vin[-6:])
    expect(page.locator(".vl-events li")).not_to_have_count(0)
    stories = page.locator(".vl-event-title").all_inner_texts()
    assert len(stories) >= 8, stories
    boss.picture("customer.en")
    speak(boss, CHINESE)
    boss.picture("customer.zh")
    speak(boss, ENGLISH)
    boss.open(f"/desk/leads/?q={ref}&campaign={CAMPAIGN}")
    expect(page.locator(f"#row-{ref}")).to_be_visible()
    boss.open("/desk/insight/")
    page.locator(".vl-funnel a").last.click()
    expect(page.locator(f"#row-{ref}"), "the figure of delivered leads opens the list it counts").to_be_visible()


def closed_to_others(people: People, ref: str) -> None:
    """Another dealer does not even learn that the lead exists."""
    stranger = people.colleague("almaty", ENGLISH)
    assert stranger.open(f"/desk/leads/{ref}/").status == 404
    assert stranger.open("/desk/leads/L-00000000/").status == 404
    stranger.open(f"/desk/leads/?q={ref}")
    expect(stranger.page.locator(f"#row-{ref}")).to_have_count(0)
    stranger.forgive("status of 404")
