"""What people do without thinking: switch the language, lose the network, go back, use the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import CHINESE, DESK, ENGLISH, PHONE, People
from tests.journeys.steps import choose, enquire, new_phone

pytestmark = [pytest.mark.browser, pytest.mark.process]


def test_a_list_counts_what_arrives_while_it_is_open(people: People) -> None:
    manager, desk = people.colleague("dealer", ENGLISH), people.colleague("reception", ENGLISH)
    manager.open("/desk/leads/?view=in_follow_up")
    count = manager.page.locator("#page-count")
    before = int(count.inner_text().split()[0])
    desk.open("/desk/dealer/showroom/")
    entry = desk.page.locator("#entry-form")
    entry.locator("[name=name]").fill("Wanda Brook")
    entry.locator("[name=phone]").fill(new_phone())
    entry.locator("button[type=submit]").click()
    expect(manager.page.locator("#listing")).to_contain_text("Wanda Brook")
    expect(count).to_have_text(re.compile(rf"^{before + 1}\b"))


def test_another_language_is_the_same_page(people: People) -> None:
    boss = people.colleague("manager", CHINESE)
    boss.open("/desk/leads/?status=working")
    heading = boss.page.locator("h1").inner_text()
    boss.page.locator(f".vl-language button[value={ENGLISH}]").click()
    expect(boss.page.locator("html")).to_have_attribute("lang", ENGLISH)
    expect(boss.page).to_have_url(re.compile(r"/desk/leads/\?status=working"))
    expect(boss.page.locator("h1")).not_to_have_text(heading)

    buyer = people.visitor(ENGLISH, PHONE)
    buyer.open("/models/vela-gt/")
    expect(buyer.page.locator("html")).to_have_attribute("lang", ENGLISH)
    buyer.page.locator(f".vl-language button[value={CHINESE}]").first.click()
    expect(buyer.page.locator("html")).to_have_attribute("lang", CHINESE)
    expect(buyer.page).to_have_url(re.compile("/models/vela-gt/"))


def test_without_network_the_page_says_so(people: People) -> None:
    consultant = people.colleague("consultant", ENGLISH, PHONE)
    consultant.open("/desk/dealer/")
    banner = consultant.page.locator("#offline")
    expect(banner).to_be_hidden()
    consultant.context.set_offline(True)
    expect(banner).to_be_visible()
    consultant.context.set_offline(False)
    expect(banner).to_be_hidden()
    consultant.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_form_sent_without_network_stays_and_is_sent_later(people: People) -> None:
    buyer = people.visitor(ENGLISH, PHONE)
    buyer.open("/models/vela-x/#buy")
    form = buyer.page.locator("#enquiry")
    for name, words in (("name", "Otto Frost"), ("phone", new_phone()), ("city", "Shanghai")):
        form.locator(f"[name={name}]").fill(words)
    buyer.context.set_offline(True)
    form.locator(".pt-send").click()
    expect(form.locator("[role=alert]")).to_contain_text("You are offline")
    expect(form.locator("[name=name]")).to_have_value("Otto Frost")
    buyer.context.set_offline(False)
    expect(form.locator("[role=alert]")).to_have_count(0)
    form.locator(".pt-send").click()
    expect(buyer.page).to_have_url(re.compile("/thanks/"))
    buyer.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_phone_shows_what_is_overdue_in_its_bar(people: People) -> None:
    consultant = people.colleague("consultant", CHINESE, PHONE)
    consultant.open("/desk/leads/")
    counter = consultant.page.locator(".vl-bottom a[href$='/dealer/'] .vl-counter")
    expect(counter).to_have_text(re.compile(r"^[1-9]"))
    expect(counter).to_be_visible()


def test_a_lead_follows_what_a_colleague_does(people: People) -> None:
    manager, seller = people.colleague("dealer", ENGLISH), people.colleague("consultant", CHINESE)
    manager.open("/desk/leads/?view=in_follow_up")
    place = manager.page.locator("[data-rows] tr[data-href]").first.get_attribute("data-href") or ""
    seller.open(place)
    expect(seller.page.locator("#timeline")).to_be_visible()
    manager.open(f"{place}contact/")
    form = manager.page.locator("#form")
    choose(form, "result", "reached")
    form.locator("[name=note]").fill("wants to see the boot")
    form.locator("button[type=submit]").click()
    expect(seller.page.locator("#record-panels")).to_contain_text("wants to see the boot")
    expect(seller.page.locator("#timeline")).to_contain_text("刚刚")


def test_back_and_reload_make_no_second_lead(people: People) -> None:
    buyer = people.visitor(ENGLISH, PHONE)
    enquiry = enquire(buyer, name="Paul Winter", phone=new_phone())
    buyer.page.reload()
    expect(buyer.page).to_have_url(enquiry.own_page)
    buyer.page.go_back()
    expect(buyer.page.locator(".pt-ref-no")).to_have_text(enquiry.ref)
    buyer.page.reload()
    expect(buyer.page.locator(".pt-ref-no")).to_have_text(enquiry.ref)
    desk = people.colleague("verifier", ENGLISH)
    desk.open(f"/desk/search/?q={enquiry.ref}")
    expect(desk.page).to_have_url(re.compile(enquiry.ref))
    desk.open("/desk/leads/?q=Paul+Winter")
    same = desk.page.locator("tbody tr", has_text=enquiry.ref)
    expect(same).to_have_count(1)


def test_the_list_is_driven_by_keys(people: People) -> None:
    boss = people.colleague("manager", ENGLISH, DESK)
    boss.open("/desk/leads/")
    keys = boss.page.keyboard
    rows = boss.page.locator("[data-rows] tr[data-href]")
    keys.press("/")
    expect(boss.page.locator("#global-search")).to_be_focused()
    boss.page.locator("#global-search").blur()
    keys.press("j")
    expect(rows.nth(0)).to_have_class(re.compile("is-at"))
    keys.press("j")
    expect(rows.nth(1)).to_have_class(re.compile("is-at"))
    keys.press("k")
    expect(rows.nth(0)).to_have_class(re.compile("is-at"))
    wanted = rows.nth(0).get_attribute("data-href") or ""
    keys.press("Enter")
    expect(boss.page).to_have_url(re.compile(re.escape(wanted)))


def test_the_keyboard_stays_in_the_drawer_and_comes_back(people: People) -> None:
    consultant = people.colleague("consultant", ENGLISH, DESK)
    consultant.open("/desk/dealer/")
    link = consultant.page.locator(".vl-task-card footer a[data-drawer]").first
    link.focus()
    keys, drawer = consultant.page.keyboard, consultant.page.locator("#drawer")
    keys.press("Enter")
    expect(drawer.locator("[data-cancel]")).to_be_visible()
    expect(drawer.get_by_role("navigation", name="Breadcrumb")).to_have_count(0)
    drawer.locator("[data-cancel]").focus()
    for _ in range(4):
        keys.press("Tab")
        expect(drawer.locator(":focus")).to_have_count(1)
    keys.press("Escape")
    expect(drawer).to_be_hidden()
    expect(link).to_be_focused()


def test_the_menu_stays_beside_a_long_page(people: People) -> None:
    boss = people.colleague("manager", ENGLISH, DESK)
    boss.open("/desk/leads/")
    boss.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(boss.page.locator(".vl-rail-link").first).to_be_in_viewport()


def test_calls_are_driven_by_keys(people: People) -> None:
    buyer = people.visitor(ENGLISH, PHONE)
    enquiry = enquire(buyer, name="Nina Hall", phone=new_phone())
    desk = people.colleague("verifier", CHINESE)
    desk.open(f"/desk/leads/calls/{enquiry.ref}/")
    chosen = desk.page.locator("form.ld-call input[name=outcome]:checked")
    for number, outcome in enumerate(("valid", "no_answer", "wrong", "invalid"), start=1):
        desk.page.keyboard.press(str(number))
        expect(chosen).to_have_value(outcome)
    desk.page.keyboard.press("2")
    expect(chosen).to_have_value("no_answer")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".vl-toast.tone-good")).to_contain_text(enquiry.ref)
    expect(desk.page.locator(f".vl-queue-list li[aria-current] a[href*='{enquiry.ref}']")).to_have_count(0)
