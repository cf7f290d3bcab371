"""The form "I want to buy": what becomes a lead, what does not, and what is never lost."""

import re

import pytest
from django.test import Client

from tests.portal.site import PAGE, Visitor
from vinloop.customers.models import Consent, ContactPoint
from vinloop.kernel.models import SettingValue
from vinloop.kernel.settings import forget_settings
from vinloop.messaging.models import Message

pytestmark = pytest.mark.django_db


def test_three_fields_are_enough(visitor: Visitor) -> None:
    thanks = visitor.enquire()
    lead = visitor.leads()[0]
    assert lead.ref in visitor.text(thanks)
    assert (lead.status, lead.door, lead.car_model, lead.city) == ("new", "portal", visitor.world.model, "上海")
    assert lead.customer.name == "王建国"


def test_everything_said_arrives(visitor: Visitor) -> None:
    visitor.enquire(
        interest="test-drive", trim="top", email="Wang@Example.com", timeframe="7 days", dealer="D2", has_trade_in="on",
        trade_make="VW", trade_year="2016", comments="黑色内饰", allow_sms="on", colour="ink",
    )  # fmt: skip
    lead = visitor.leads()[0]
    assert (lead.interest, lead.trim, lead.level, lead.comments) == ("test-drive", "Flagship", "H", "黑色内饰")
    assert lead.wished_dealer == visitor.world.network.sister
    assert lead.trade_in["make"] == "VW"
    with visitor.world.system():
        assert list(Consent.objects.values_list("channel", "is_granted")) == [("sms", True)]
        assert ContactPoint.objects.filter(value="wang@example.com").exists()
    assert visitor.touches()[0].payload["extra"]["colour"] == "ink"


def test_no_consent_is_ticked_beforehand(visitor: Visitor) -> None:
    page = visitor.text(PAGE)
    boxes = re.findall(r'<input[^>]*name="allow_\w+"[^>]*>', page)
    assert len(boxes) == 4
    assert not [box for box in boxes if "checked" in box]
    visitor.enquire()
    with visitor.world.system():
        assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "How may we address you?"),
        ("phone", "", "We need a number to call you."),
        ("city", "  ", "Which city are you in?"),
        ("phone", "call me maybe", "We can&#x27;t call this number"),
        ("phone", "12", "We can&#x27;t call this number"),
        ("email", "nobody", "This is no e-mail address"),
        ("name", "x" * 10_000, "at most 80 characters"),
        ("comments", "好" * 10_000, "at most 2000 characters"),
        ("name", "win at www.example.com", "Please write your name only"),
        ("name", "<script>alert(1)</script>", "Please write your name only"),
        ("allow_email", "on", "Please give your e-mail address"),
        ("has_trade_in", "on", "Which make is your car?"),
        ("trim", "no-such", "Select a valid choice"),
        ("trade_year", "1066", "greater than or equal to 1950"),
        ("dealer", "no-such", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(visitor: Visitor, field: str, value: str, words: str) -> None:
    answer = visitor.send(visitor.form(comments="please keep me") | {field: value})
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert "138 0013 8000" in page or field == "phone"
    assert "please keep me" in page or field == "comments"
    assert "<script>alert" not in page
    assert not visitor.leads()


def test_markup_is_shown_as_text(visitor: Visitor) -> None:
    thanks = visitor.enquire(name="O'Brien & Söhne", comments="<script>alert(1)</script>")
    page = visitor.text(thanks.replace("thanks", "my"))
    assert "O&#x27;Brien &amp; Söhne" in page
    assert "<script>alert" not in page


def test_double_click_reload_and_back_make_one_lead(visitor: Visitor) -> None:
    form = visitor.form(email="wang@example.com")
    first, second, third = (visitor.send(form) for _ in range(3))
    assert first["Location"].split(":")[0] == second["Location"].split(":")[0] == third["Location"].split(":")[0]
    assert (len(visitor.leads()), len(visitor.touches())) == (1, 1)
    with visitor.world.system():
        assert Message.objects.count() == 1


def test_a_form_corrected_after_going_back_is_a_later_touch_of_the_same_lead(visitor: Visitor) -> None:
    form = visitor.form()
    visitor.send(form)
    again = visitor.send(form | {"comments": "and a tow bar"})
    assert (len(visitor.leads()), len(visitor.touches())) == (1, 2)
    assert ".f:" in again["Location"], "it is still the sender's own enquiry"


def test_a_stranger_with_the_same_number_does_not_see_the_enquiry(visitor: Visitor) -> None:
    visitor.enquire(name="王建国", comments="my secret wish")
    stranger = Visitor(visitor.world)
    thanks = stranger.enquire(name="王建国", comments="who else?")
    assert len(visitor.leads()) == 1
    page = stranger.get(thanks.replace("thanks", "my"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Your enquiry has arrived" in text
    for secret in ("my secret wish", "who else?", "We call you to understand", "Withdraw"):
        assert secret not in text
    token = thanks.split("/")[2]
    for path in ("test-drive/", "test-drive.ics"):
        assert stranger.get(f"/my/{token}/{path}")["Location"] == f"/my/{token}/"
    for path, said in (("message/", {"text": "hi"}), ("consent/", {"channel": "sms"}), ("not-interested/", {})):
        stranger.client.post(f"/my/{token}/{path}", said)
    with visitor.world.system():
        assert visitor.leads()[0].contacts.count() == 0
        assert not Consent.objects.exists()


def test_a_forged_form_key_does_not_reach_another_form(visitor: Visitor) -> None:
    form = visitor.form()
    visitor.send(form)
    forged = form | {"form_key": form["form_key"].split(":")[0] + ":forged", "phone": "13900139000", "name": "李婷"}
    assert visitor.send(forged).status_code == 302
    assert len(visitor.leads()) == 2


def test_the_trap_asks_a_person_once_more(visitor: Visitor) -> None:
    answer = visitor.send(visitor.form(website="http://spam.example"))
    page = answer.content.decode()
    assert (answer.status_code, "Please press the button once more" in page) == (422, True)
    assert 'name="website" value=""' in page
    assert "王建国" in page
    assert not visitor.leads()


def test_too_many_forms_are_asked_to_wait_and_kept(visitor: Visitor) -> None:
    root = visitor.world.network.root
    SettingValue.objects.create(name="portal.enquiries_per_hour", organisation=root, value=2)
    forget_settings()
    for number in range(2):
        visitor.enquire(phone=f"1390013900{number}", name=f"人{number}")
    answer = visitor.send(visitor.form(phone="13900139009", comments="please keep me"))
    assert answer.status_code == 429
    assert "please keep me" in answer.content.decode()
    assert len(visitor.leads()) == 2


def test_the_confirmation_carries_the_link(visitor: Visitor) -> None:
    visitor.enquire(email="wang@example.com")
    with visitor.world.system():
        message = Message.objects.get()
    assert (message.address, message.consent_basis) == ("wang@example.com", "service")
    found = re.search(r"(/my/\S+/)", message.body)
    assert found is not None
    assert visitor.get(found[1]).status_code == 200


def test_a_post_without_the_browser_s_token_is_refused(visitor: Visitor) -> None:
    form = visitor.form()
    assert Client(enforce_csrf_checks=True).post(PAGE, form).status_code == 403
    assert not visitor.leads()


def test_dealers_near_the_city_come_first(visitor: Visitor) -> None:
    options = re.findall(r'value="(\w*)"', visitor.text(f"{PAGE}dealers/?city=苏州"))
    assert options == ["", "D2", "D1", "D3"]
    assert re.findall(r'value="(\w*)"', visitor.text(f"{PAGE}dealers/?city=Guangzhou"))[1] == "D3"
