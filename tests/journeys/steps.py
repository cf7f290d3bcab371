"""The steps of the loop, each as its person takes it on screen."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import Person
from vinloop.kernel.identifiers import Vin

SHANGHAI = ZoneInfo("Asia/Shanghai")
CAMPAIGN = "year-end"
QUESTION = "Is the long range version in stock?"


@dataclass
class Enquiry:
    """What the buyer holds in hands after the form."""

    ref: str
    own_page: str


def new_phone() -> str:
    """A number nobody in the demo has, and a new one when the same installation is walked through again."""
    return f"139 0009 {Random().randrange(10_000):04d}"


def choose(place: Page | Locator, field: str, value: str) -> None:
    """Tick one of a field's answers by its label, as a finger does."""
    place.locator(f"label:has(input[name={field}][value='{value}'])").first.click()


def enquire(buyer: Person, *, name: str, phone: str, comment: str = QUESTION) -> Enquiry:
    """From an advertisement to the thank-you page, with a mistake on the way."""
    page = buyer.page
    buyer.open(f"/?utm_source=poster&utm_medium=qr&utm_campaign={CAMPAIGN}")
    expect(page.locator("h1")).to_be_visible()
    page.locator("a[href='/models/vela-x/']").first.click()
    page.locator(".pt-buy-line a[href='#buy']").click()
    form = page.locator("#enquiry")
    choose(form, "interest", "test-drive")
    form.locator("[name=name]").fill(name)
    form.locator("[name=phone]").fill("12")
    form.locator("[name=city]").fill("Shanghai")
    choose(form, "timeframe", "7 days")
    form.locator("[name=comments]").fill(comment)
    form.locator(".pt-send").click()
    expect(form.locator(".vl-error:visible")).not_to_have_count(0)
    expect(form.locator("[name=name]")).to_have_value(name)
    expect(form.locator("input[name=timeframe][value='7 days']")).to_be_checked()
    form.locator("[name=phone]").fill(phone)
    form.locator(".pt-send").click()
    expect(page).to_have_url(re.compile("/thanks/"))
    ref = page.locator(".pt-ref-no").inner_text()
    page.locator("main a[href*='/my/']").first.click()
    expect(page).to_have_url(re.compile("/my/"))
    return Enquiry(ref, page.url)


def verify(desk: Person, ref: str, *, picture: str = "") -> None:
    """The agent finds the lead near the top, calls, and has it valid within a week for the demo dealer."""
    page = desk.page
    desk.open("/desk/leads/calls/")
    place = page.locator(".vl-queue-list li", has=page.locator(f"a[href$='/{ref}/']"))
    expect(place).to_be_visible()
    urgent = page.locator(".vl-queue-list li a").evaluate_all("links => links.map(link => link.pathname)")
    assert f"/desk/leads/calls/{ref}/" in urgent[:3], "a test drive within a week is called first"
    place.get_by_role("link").click()
    expect(page.locator(".ld-call-head")).to_contain_text(ref)
    page.keyboard.press("1")
    form = page.locator("form.ld-call")
    choose(form, "days", "7")
    form.locator("[name=wished_dealer]").fill("上海申新汽车")
    choose(form, "consent_phone", "yes")
    form.locator("[name=note]").fill("周末方便，家里两个孩子，看重后排空间")
    desk.picture(picture)
    form.locator(".btn-primary").click()
    expect(page.locator(".vl-toast.tone-good")).to_contain_text(ref)
    expect(place).to_have_count(0)


def card(person: Person, ref: str) -> Locator:
    """The lead's card on the Today page."""
    return person.page.locator(f"#row-{ref}")


def open_lead(person: Person, ref: str) -> None:
    """The lead's own page."""
    assert person.open(f"/desk/leads/{ref}/").status == 200


def step(person: Person, url_part: str) -> None:
    """Take a step of the lead's page, wherever it stands: in front, or in the menu behind it."""
    page = person.page
    wanted = page.locator(f".vl-head-actions [href*='{url_part}'], .vl-head-actions form[action*='{url_part}'] button")
    menu = page.locator(".vl-head-actions details.vl-menu > summary")
    if not wanted.first.is_visible():
        menu.click()
    wanted.first.click()


def send(person: Person, form: str = "form.vl-form") -> bool:
    """Send a sheet, on a page or in the drawer; whether it was taken."""
    with person.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        person.page.locator(form).locator(".vl-submit .btn-primary").last.click()
    return sent.value.status < 400


def taken(person: Person, form: str = "form.vl-form") -> bool:
    """Send a sheet; whether it was taken, and if so, wait for the page that says so.

    A page that is asked for while the browser still follows the answer would be given up.
    """
    if not send(person, form):
        return False
    expect(person.page.locator(".vl-toast.tone-good, .vl-notice.tone-good").first).to_be_visible()
    return True


def save(person: Person, form: str = "form.vl-form") -> None:
    """Send a sheet that has to be taken, and see that the product says so."""
    assert taken(person, form), person.page.url


def log_contact(person: Person, ref: str, *, picture: str = "") -> None:
    """Open the sheet, say the result, save: three actions."""
    card(person, ref).locator("a[href*='/contact/']").first.click()
    choose(person.page, "result", "reached")
    person.picture(picture)
    save(person)


def book_test_drive(person: Person, ref: str) -> str:
    """Within the hour, so that it can take place in this test; answers the address of the booked drive."""
    open_lead(person, ref)
    step(person, "test-drives/new/")
    form = person.page.locator("form.vl-form")
    start = datetime.now(SHANGHAI) + timedelta(minutes=10)
    start -= timedelta(minutes=start.minute % 5)
    places = product(options(form, "car"), options(form, "consultant"))
    for car, who in places:
        form.locator("[name=starts_at]").fill(f"{start:%Y-%m-%dT%H:%M}")
        form.locator("[name=car]").select_option(car)
        form.locator("[name=consultant]").select_option(who)
        if taken(person):
            return booked_drive(person, ref)
        expect(form.locator("[role=alert]").first).to_be_visible()
        closed = form.locator("input[type=checkbox][name=is_closed_fine]")
        if closed.count():
            closed.check()
            if taken(person):
                return booked_drive(person, ref)
    raise AssertionError("no demo car and consultant is free within the hour")


def options(form: Locator, field: str) -> list[str]:
    """The values a field offers, the proposed one first, without the empty one."""
    select = form.locator(f"[name={field}]")
    expect(select).to_be_visible()  # the page before it may still be the one that answers
    found: list[str] = select.locator("option").evaluate_all("all => all.map(one => one.value)")
    proposed = select.input_value()
    return [value for value in dict.fromkeys((proposed, *found)) if value]


def booked_drive(person: Person, ref: str) -> str:
    """The booked drive as the lead's page links to it."""
    open_lead(person, ref)
    link = person.page.locator("main a[href*='/test-drives/T-']:not([href$='.ics'])").first
    expect(link).to_be_attached()
    return str(link.get_attribute("href"))


def drive(person: Person, address: str) -> None:
    """The customer drives: the invitation exists, a missing licence is refused, then all is kept."""
    page = person.page
    person.open(address)
    invitation = person.context.request.get(f"{address.rstrip('/')}.ics")
    assert invitation.ok
    assert "BEGIN:VEVENT" in invitation.text()
    choose(page, "score", "5")
    page.locator("[name=feedback]").fill("Quiet, quick, and the children fit.")
    assert not send(person), "without licence and consent nobody drove"
    expect(page.locator("[name=feedback]")).to_have_value("Quiet, quick, and the children fit.")
    page.locator("[name=has_licence]").check()
    page.locator("[name=has_consent]").check()
    save(person)


def quote(person: Person, ref: str) -> None:
    """A price is named."""
    open_lead(person, ref)
    step(person, "/quote/")
    person.page.locator("[name=price]").fill("23.58万")
    save(person)


def order(person: Person, ref: str) -> None:
    """The customer signs."""
    open_lead(person, ref)
    step(person, "/desk/orders/new/")
    form = person.page.locator("form.vl-form")
    expect(form.locator("[name=price]")).to_have_value("235800")
    form.locator("[name=colour]").fill("Pearl white")
    save(person)


def hand_over(manager: Person, ref: str, vin: str) -> None:
    """The manager reports the delivery; a misread number gets a proposal first."""
    open_lead(manager, ref)
    step(manager, "/delivery/")
    number = manager.page.locator("[name=vin]")
    number.fill(vin[:-1] + "O")
    assert not send(manager)
    expect(manager.page.locator(".vl-error").first).to_contain_text(vin[:-1] + "0")
    number.fill(vin)
    save(manager)


def sees_progress(buyer: Person, enquiry: Enquiry, *, done: int) -> None:
    """The buyer's own page has so many steps behind it."""
    buyer.open(enquiry.own_page)
    expect(buyer.page.locator(".pt-steps .is-done")).to_have_count(done)


def vin_of(ref: str) -> str:
    """A number no other car has: of the demo's maker, ending in what is special about the lead."""
    vin = Vin(f"LYHVX2A50T{zlib.crc32(ref.encode()) % 10**7:07d}")
    return f"{vin.value[:8]}{vin.expected_check_digit}{vin.value[9:]}"


def lose(consultant: Person, ref: str) -> None:
    """The customer bought another make: the reason asks which one."""
    open_lead(consultant, ref)
    step(consultant, "/lost/")
    page = consultant.page
    choose(page, "reason", "competitor")
    assert not send(consultant), "this reason needs the competitor's name"
    page.locator("[name=competitor]").fill("另一品牌")
    page.locator("[name=note]").fill("价格更低，现车")
    save(consultant)
