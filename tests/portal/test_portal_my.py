"""The buyer's own page: it shows one enquiry to whoever holds its link, and lets them look after it."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.utils import timezone

from tests.leads.world import AT
from tests.portal.site import Visitor, page_of
from vinloop.customers.models import Consent
from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.access.facts import visitor_actor
from vinloop.kernel.models import Event
from vinloop.leads.actions import ContactInput, accept_lead, log_contact, report_lost, review_lost
from vinloop.leads.actions.test_drives import SlotInput, book_test_drive
from vinloop.leads.models import Contact, DemoCar, Lead, TestDrive
from vinloop.portal import actions
from vinloop.portal.links import VALID_FOR, make_token, read_token

pytestmark = pytest.mark.django_db


def _at_dealer(visitor: Visitor, *, name: str = "王建国", phone: str = "13800138000") -> str:
    world = visitor.world
    ref = world.dispatched_lead(name, phone)
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=AT)
    return ref


def _demo_car(visitor: Visitor) -> DemoCar:
    with visitor.world.system():
        return DemoCar.objects.create(
            owner=visitor.world.network.dealer, car_model=visitor.world.model, plate="沪A12345"
        )


def _kinds(visitor: Visitor, ref: str) -> list[str]:
    with visitor.world.system():
        return list(Event.objects.filter(subject_ref=ref).order_by("id").values_list("kind", flat=True))


def _fresh_slot(visitor: Visitor, page: str, which: int = 0) -> str:
    day = (timezone.localtime() + timedelta(days=3)).date()
    slots = re.findall(r'name="starts_at" value="([^"]+)"', visitor.text(f"{page}test-drive/?day={day}"))
    return str(slots[which])


@pytest.mark.parametrize("token", ["x", "L-1.f:1:2", "a:b:c", "::", "L-00000000.f"])
def test_a_link_not_ours_opens_nothing(visitor: Visitor, token: str) -> None:
    for path in ("", "test-drive/", "test-drive.ics"):
        answer = visitor.get(f"/my/{token}/{path}")
        assert answer.status_code == 404
        assert "noindex" in answer["X-Robots-Tag"]


def test_a_changed_link_opens_nothing(visitor: Visitor) -> None:
    mine, other = visitor.world.capture().ref, visitor.world.capture("李婷", "13900139000").ref
    token = make_token(mine, is_full=True)
    assert visitor.get(f"/my/{token.replace(mine, other)}/").status_code == 404
    part = make_token(mine, is_full=False)
    assert visitor.get(f"/my/{part.replace('.p:', '.f:')}/").status_code == 404


def test_a_token_of_another_purpose_opens_nothing(visitor: Visitor) -> None:
    ref = visitor.world.capture().ref
    token = signing.TimestampSigner(salt="vinloop.something-else").sign(f"{ref}.f")
    assert visitor.get(f"/my/{token}/").status_code == 404


def test_a_link_ends_after_half_a_year(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = int((timezone.now() - VALID_FOR).timestamp()) - 60
    monkeypatch.setattr(signing.TimestampSigner, "timestamp", lambda _self: signing.b62_encode(long_ago))
    page = page_of(visitor.world.capture().ref)
    answer = visitor.get(page)
    assert (answer.status_code, "no longer valid" in answer.content.decode()) == (410, True)


def test_a_link_tells_when_it_was_made(visitor: Visitor) -> None:
    link = read_token(make_token("L-ABC", is_full=True))
    assert (link.ref, link.is_full) == ("L-ABC", True)
    assert abs(link.issued_at - timezone.now()) < timedelta(seconds=5)


def test_a_link_to_a_lead_that_is_gone_says_so(visitor: Visitor) -> None:
    assert visitor.get(page_of("L-GONE")).status_code == 410


def test_it_is_neither_stored_nor_indexed(visitor: Visitor) -> None:
    answer = visitor.get(page_of(visitor.world.capture().ref))
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in answer.content.decode()


def test_it_shows_this_enquiry_and_no_other(visitor: Visitor) -> None:
    world = visitor.world
    mine = world.capture(name="王建国", comments="first wish").ref
    world.capture(name="李婷", phone="13900139000", comments="second wish")
    page = visitor.text(page_of(mine))
    assert mine in page
    for secret in ("李婷", "13900139000", "13800138000", "second wish", "D1 Ltd"):
        assert secret not in page


def test_the_dealer_is_told_once_it_has_accepted(visitor: Visitor) -> None:
    ref = visitor.world.dispatched_lead()
    assert "D1 Ltd" not in visitor.text(page_of(ref))
    with visitor.world.acting_as(visitor.world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
    page = visitor.text(page_of(ref))
    assert "D1 Ltd" in page
    assert "consultant" in page


def test_a_loss_is_not_told_before_it_is_approved(visitor: Visitor) -> None:
    world, ref = visitor.world, _at_dealer(visitor)
    with world.acting_as(world.consultant) as actor:
        report_lost(actor=actor, ref=ref, reason_code="price", note="too dear", at=AT)
    page = visitor.text(page_of(ref))
    assert "D1 Ltd" in page
    assert "too dear" not in page
    assert "closed" not in page.split("<footer")[0].split("<main")[1].replace("Closed now", "")
    with world.acting_as(world.manager) as actor:
        review_lost(actor=actor, ref=ref, is_approved=True, at=AT)
    page = visitor.text(page_of(ref))
    assert "This enquiry is closed" in page
    assert "too dear" not in page


def test_a_message_reaches_whoever_works_on_the_lead(visitor: Visitor) -> None:
    ref = _at_dealer(visitor)
    before = visitor.world.lead(ref)
    for _ in range(2):
        answer = visitor.client.post(f"{page_of(ref)}message/", {"text": "请周末打电话"})
        assert answer.status_code == 302
    lead = visitor.world.lead(ref)
    with visitor.world.acting_as(visitor.world.manager):
        said = Contact.objects.filter(lead=lead, user=None)
        assert [contact.note for contact in said] == ["请周末打电话"], "said twice is said once"
    assert lead.next_follow_up_at != before.next_follow_up_at
    assert (lead.first_contacted_at, lead.status) == (before.first_contacted_at, before.status)
    assert _kinds(visitor, ref)[-1] == "portal.BuyerWrote"


@pytest.mark.parametrize("text", ["", "   ", "好" * 10_000])
def test_a_message_of_nothing_or_too_much_is_explained(visitor: Visitor, text: str) -> None:
    ref = visitor.world.capture().ref
    answer = visitor.client.post(f"{page_of(ref)}message/", {"text": text})
    assert answer.status_code == 422
    assert (text.strip() or "Your message") in answer.content.decode()
    with visitor.world.system():
        assert not Contact.objects.exists()


def test_no_longer_interested_is_told_and_calls_the_test_drive_off(visitor: Visitor) -> None:
    ref, car = _at_dealer(visitor), _demo_car(visitor)
    with visitor.world.system() as actor:
        slot = SlotInput(
            demo_car_id=car.pk, consultant_id=visitor.world.consultant.pk, starts_at=AT + timedelta(days=1)
        )
        book_test_drive(actor=actor, lead_ref=ref, slot=slot, at=AT)
    visitor.client.post(f"{page_of(ref)}not-interested/", {"reason": "bought a bike"})
    lead = visitor.world.lead(ref)
    assert lead.status == "working", "a loss takes a reason and a manager"
    with visitor.world.system():
        assert Contact.objects.get(lead=lead, result="not_buying").note == "bought a bike"
        assert TestDrive.objects.get().status == "cancelled"
    assert _kinds(visitor, ref)[-1] == "portal.BuyerLostInterest"


def test_after_the_farewell_the_page_promises_no_call(visitor: Visitor) -> None:
    ref = visitor.world.capture().ref
    page = page_of(ref)
    assert "A colleague calls you" in visitor.text(page)
    visitor.client.post(f"{page}not-interested/", {"reason": ""})
    told = visitor.text(page)
    assert "You told us that you are no longer interested" in told
    assert "A colleague calls you" not in told
    assert "No longer interested?" not in told
    visitor.client.post(f"{page}message/", {"text": "I changed my mind"})
    assert "A colleague calls you" in visitor.text(page)


def test_a_closed_enquiry_takes_no_more_messages(visitor: Visitor) -> None:
    ref = visitor.world.capture().ref
    with visitor.world.system():
        Lead.objects.filter(ref=ref).update(status="invalid")
    visitor.client.post(f"{page_of(ref)}message/", {"text": "hello"})
    assert "This enquiry is closed. You are welcome" in visitor.text(page_of(ref))
    with visitor.world.system():
        assert not Contact.objects.exists()


def test_consent_is_withdrawn_per_channel(visitor: Visitor) -> None:
    thanks = visitor.enquire(allow_sms="on", allow_phone="on")
    page = thanks.replace("thanks", "my")
    assert visitor.text(page).count("Withdraw") == 2
    visitor.client.post(f"{page}consent/", {"channel": "sms"})
    assert visitor.text(page).count("Withdraw") == 1
    visitor.client.post(f"{page}consent/", {"channel": "pigeon"})
    with visitor.world.system():
        newest = Consent.objects.filter(channel="sms").order_by("-at", "-id").first()
        assert newest is not None
        assert not newest.is_granted
        assert Consent.objects.count() == 3


def test_a_consent_given_elsewhere_is_not_told(visitor: Visitor) -> None:
    ref = visitor.world.capture().ref
    with visitor.world.system():
        customer = Lead.objects.get(ref=ref).customer
        Consent.objects.create(customer=customer, channel="wechat", is_granted=True, proof="fair", at=AT)
    assert "Withdraw" not in visitor.text(page_of(ref))


def test_a_buyer_books_moves_and_cancels_a_test_drive(visitor: Visitor) -> None:
    ref, _car = _at_dealer(visitor), _demo_car(visitor)
    page = page_of(ref)
    first = _fresh_slot(visitor, page)
    visitor.client.post(f"{page}test-drive/", {"starts_at": first})
    with visitor.world.system():
        drive = TestDrive.objects.get()
    assert (drive.starts_at, drive.consultant) == (datetime.fromisoformat(first), visitor.world.consultant)
    assert b"BEGIN:VCALENDAR" in visitor.get(f"{page}test-drive.ics").content
    visitor.client.post(f"{page}test-drive/", {"starts_at": first})
    last = _fresh_slot(visitor, page, -1)
    visitor.client.post(f"{page}test-drive/", {"starts_at": last})
    with visitor.world.system():
        assert TestDrive.objects.get().starts_at == datetime.fromisoformat(last)
    visitor.client.post(f"{page}test-drive/cancel/")
    with visitor.world.system():
        assert TestDrive.objects.get().status == "cancelled"


def test_a_time_somebody_else_took_is_not_booked_twice(visitor: Visitor) -> None:
    mine, theirs = _at_dealer(visitor), _at_dealer(visitor, name="李婷", phone="13900139000")
    _demo_car(visitor)
    slot = _fresh_slot(visitor, page_of(mine))
    visitor.client.post(f"{page_of(theirs)}test-drive/", {"starts_at": slot})
    answer = visitor.client.post(f"{page_of(mine)}test-drive/", {"starts_at": slot})
    assert "This time was just taken" in answer.content.decode()
    with visitor.world.system():
        assert TestDrive.objects.count() == 1


@pytest.mark.parametrize("starts_at", ["", "nonsense", "2026-03-03T02:00:00", "1999-01-01T02:00:00+00:00"])
def test_only_offered_times_can_be_taken(visitor: Visitor, starts_at: str) -> None:
    ref, _car = _at_dealer(visitor), _demo_car(visitor)
    answer = visitor.client.post(f"{page_of(ref)}test-drive/", {"starts_at": starts_at})
    assert answer.status_code == 200
    with visitor.world.system():
        assert not TestDrive.objects.exists()


def test_no_test_drive_before_the_dealer_is_known(visitor: Visitor) -> None:
    page = page_of(visitor.world.capture().ref)
    assert visitor.get(f"{page}test-drive/")["Location"] == page


def test_without_the_page_s_grant_nothing_can_be_done(visitor: Visitor) -> None:
    ref = visitor.world.capture().ref
    with acting(visitor_actor("portal", frozenset())) as nobody:
        for action in (
            lambda: actions.write_comment(actor=nobody, ref=ref, text="x", at=AT),
            lambda: actions.drop_interest(actor=nobody, ref=ref, reason="", at=AT),
            lambda: actions.withdraw_consent(actor=nobody, ref=ref, channel="sms", at=AT),
            lambda: actions.call_off_drive(actor=nobody, ref=ref, at=AT),
            lambda: actions.choose_drive(actor=nobody, ref=ref, starts_at=AT, at=AT),
        ):
            with pytest.raises(NotAllowed):
                action()
    with visitor.world.system():
        assert not Contact.objects.exists()
        assert not Consent.objects.exists()
