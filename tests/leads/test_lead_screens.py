"""The lead screens as headquarters and dealers use them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.leads.browser import as_user, content, page, questions
from tests.leads.world import World
from vinloop.kernel.models import Event
from vinloop.leads.actions import ContactInput, accept_lead, log_contact, report_lost
from vinloop.leads.models import Lead, ShowroomVisit


def _worked_lead(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=timezone.now())
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=timezone.now())
    return ref


def _page(response: object) -> str:
    return content(response).decode()


@pytest.mark.parametrize("view", ["", "open", "all", "to_verify", "waiting", "at_dealers", "overdue", "lost_to_review"])
def test_the_list_opens_in_every_view(world: World, view: str) -> None:
    world.dispatched_lead()
    response = as_user(world.headquarters).get(reverse("leads:lead_list"), {"view": view} if view else {})
    assert response.status_code == 200
    assert ("138…8000" in response.content.decode()) == (view in ("", "open", "all", "at_dealers", "overdue"))


def test_the_list_needs_no_more_queries_for_more_rows(world: World) -> None:
    world.dispatched_lead()
    url = reverse("leads:lead_list")
    clients = [as_user(user) for user in (world.headquarters, world.manager)]
    before = [questions(client, url) for client in clients]
    for number in range(5):
        world.dispatched_lead(f"客户{number}", f"1390013900{number}")
    assert [questions(client, url) for client in clients] == before
    assert max(before) <= 8


def test_the_page_offers_what_the_state_table_allows(world: World) -> None:
    ref = world.dispatched_lead()
    page = as_user(world.consultant).get(reverse("leads:lead_page", args=[ref])).content.decode()
    assert reverse("leads:lead_accept", args=[ref]) in page
    assert reverse("leads:lead_decline", args=[ref]) in page
    assert reverse("leads:lead_dispatch", args=[ref]) not in page
    assert reverse("leads:lead_withdraw", args=[ref]) not in page
    page = as_user(world.headquarters).get(reverse("leads:lead_page", args=[ref])).content.decode()
    assert reverse("leads:lead_withdraw", args=[ref]) in page
    assert reverse("leads:lead_accept", args=[ref]) not in page


@pytest.mark.parametrize("door", ["leads:lead_accept", "dealer:accept"])
def test_who_accepts_second_is_told_who_was_first(world: World, door: str) -> None:
    ref = world.dispatched_lead()
    first, second = as_user(world.consultant), as_user(world.manager)
    url = reverse(door, args=[ref])
    assert "Accepted. Now call." in _page(first.post(url, follow=True))
    before = world.lead(ref)
    told = _page(second.post(url, follow=True))
    assert f"{world.consultant.label} has accepted this lead already." in told
    assert "Accepted. Now call." not in told
    after = world.lead(ref)
    assert (after.accepted_at, after.consultant_id) == (before.accepted_at, before.consultant_id)


def test_a_lead_accepted_without_a_consultant_is_not_accepted_again(world: World) -> None:
    ref = world.dispatched_lead()
    url = reverse("leads:lead_accept", args=[ref])
    as_user(world.manager).post(url)
    assert "This lead was accepted already." in _page(as_user(world.consultant).post(url, follow=True))


def test_the_page_follows_what_others_do(world: World) -> None:
    ref = world.dispatched_lead()
    page = _page(as_user(world.consultant).get(reverse("leads:lead_page", args=[ref])))
    assert page.count(f'hx-trigger="live:of:{ref} from:body') == 2, "head with panels, and the timeline"


def test_who_was_invited_is_received_from_the_lead(world: World) -> None:
    ref = _worked_lead(world)
    link = f"{reverse('dealer:showroom')}?lead={ref}"
    sales = as_user(world.consultant)
    assert link in sales.get(reverse("leads:lead_page", args=[ref])).content.decode()
    assert link not in as_user(world.headquarters).get(reverse("leads:lead_page", args=[ref])).content.decode()
    page = sales.get(link).content.decode()
    assert "王建国 has come" in page
    sales.post(link, {"kind": "invited", "party_size": "2", "lead_ref": ref})
    with world.system():
        visit = ShowroomVisit.objects.get()
    assert (visit.lead.ref if visit.lead else "", visit.kind, visit.party_size) == (ref, "invited", 2)


def test_a_lead_goes_through_its_sheets(world: World) -> None:
    ref = world.hot_lead()
    office, sales, manager = as_user(world.headquarters), as_user(world.consultant), as_user(world.manager)
    dispatched = office.post(reverse("leads:lead_dispatch", args=[ref]), {"dealer": world.network.dealer.code})
    assert dispatched.status_code == 302
    assert sales.post(reverse("leads:lead_accept", args=[ref])).status_code == 302
    contact = {"channel": "phone", "result": "reached", "when": "cadence", "level": "A"}
    assert sales.post(reverse("leads:lead_contact", args=[ref]), contact).status_code == 302
    quote = {"model": world.model.pk, "price": "15.8万"}
    assert sales.post(reverse("leads:lead_quote", args=[ref]), quote).status_code == 302
    chosen = {"consultant": world.consultant.pk}
    assert manager.post(reverse("leads:lead_assign", args=[ref]), chosen).status_code == 302
    assert sales.post(reverse("leads:lead_lost", args=[ref]), {"reason": "price"}).status_code == 302
    assert "Hot</span>" in page(manager, reverse("leads:lead_page", args=[ref]))
    decided = manager.post(reverse("leads:lead_review", args=[ref]), {"answer": "approve"}, follow=True)
    assert "Approved. The lead is closed as lost." in decided.content.decode()
    assert "Hot</span>" not in decided.content.decode()
    assert office.post(reverse("leads:lead_recycle", args=[ref]), {"target": "nurture"}).status_code == 302
    assert office.post(reverse("leads:lead_ripen", args=[ref])).status_code == 302
    lead = world.lead(ref)
    assert (lead.status, lead.dealer, lead.recycled_count) == ("new", None, 1)


def test_every_page_of_a_lead_opens(world: World) -> None:
    ref = _worked_lead(world)
    for user in (world.consultant, world.manager, world.headquarters):
        assert as_user(user).get(reverse("leads:lead_page", args=[ref])).status_code == 200
    names = ("lead_contact", "lead_quote", "lead_lost", "lead_timeline")
    for name in names:
        assert as_user(world.consultant).get(reverse(f"leads:{name}", args=[ref])).status_code == 200
    with world.acting_as(world.consultant) as actor:
        report_lost(actor=actor, ref=ref, reason_code="price", note="too dear", at=timezone.now())
    review, manager = reverse("leads:lead_review", args=[ref]), as_user(world.manager)
    assert "too dear" in page(manager, review)
    decided = manager.post(review, {"answer": "reject"}, follow=True).content.decode()
    assert "Not accepted. Follow-up goes on." in decided


def test_a_refusal_is_said_in_words_and_changes_nothing(world: World) -> None:
    ref = world.dispatched_lead()
    sales = as_user(world.consultant)
    contact = {"channel": "phone", "result": "reached", "when": "cadence"}
    response = sales.post(reverse("leads:lead_contact", args=[ref]), contact)
    assert response.status_code == 422
    assert "Accept the lead first." in response.content.decode()
    assert world.lead(ref).first_contacted_at is None


def test_another_dealer_finds_nothing(world: World) -> None:
    ref = _worked_lead(world)
    stranger = as_user(world.other_manager)
    for name in ("lead_page", "lead_contact", "lead_quote", "lead_lost", "lead_timeline", "lead_assign"):
        assert stranger.get(reverse(f"leads:{name}", args=[ref])).status_code == 404
    stranger.post(reverse("leads:bulk_assign"), {"ref": ref, "consultant": world.other_manager.pk})
    assert world.lead(ref).consultant == world.consultant
    assert ref not in stranger.get(reverse("leads:lead_list"), {"view": "all"}).content.decode()
    assert ref not in text_of(stranger.get(reverse("leads:lead_export", args=["csv"]), {"view": "all"}))


def test_the_export_is_what_is_seen_masked_and_recorded(world: World) -> None:
    ref = world.dispatched_lead("=cmd()", "13800138000")
    manager = as_user(world.manager)
    text = text_of(manager.get(reverse("leads:lead_export", args=["csv"]), {"view": "all", "q": "8000"}))
    assert ref in text
    assert "'=cmd()" in text
    assert "138…8000" in text
    assert "13800138000" not in text
    workbook = manager.get(reverse("leads:lead_export", args=["xlsx"]), {"view": "overdue"})
    assert content(workbook).startswith(b"PK")
    with world.system():
        exported = list(Event.objects.filter(kind="kernel.ListExported").values_list("payload", flat=True))
    assert [each["format"] for each in exported] == ["csv", "xlsx"]
    assert "8000" not in str(exported)


def test_who_may_not_export_does_not(world: World) -> None:
    world.dispatched_lead()
    assert as_user(world.consultant).get(reverse("leads:lead_export", args=["csv"])).status_code == 403


def test_many_leads_at_once(world: World) -> None:
    refs = [world.hot_lead("王建国", "13800138000"), world.hot_lead("李婷", "13900139000")]
    waiting = world.capture("张三", "13700137000").ref
    office = as_user(world.headquarters)
    assert office.post(reverse("leads:bulk_dispatch"), {"ref": [*refs, waiting]}).status_code == 302
    assert [world.lead(ref).status for ref in (*refs, waiting)] == ["dispatched", "dispatched", "new"]
    dealer = world.lead(refs[0]).dealer
    assert dealer == world.network.dealer
    manager = as_user(world.manager)
    assert manager.post(reverse("leads:bulk_assign"), {"ref": refs}).status_code == 200
    manager.post(reverse("leads:bulk_assign"), {"ref": refs, "consultant": world.consultant.pk})
    assert {world.lead(ref).consultant for ref in refs} == {world.consultant}
    office.post(reverse("leads:bulk_withdraw"), {"ref": refs})
    assert {world.lead(ref).status for ref in refs} == {"ready"}


def test_looking_behind_the_mask_is_recorded(world: World) -> None:
    ref = world.dispatched_lead()
    with world.system():
        contact_id = Lead.objects.get(ref=ref).customer.contact_points.get().pk
    consultant = as_user(world.consultant)
    shown = page(consultant, reverse("leads:lead_page", args=[ref]))
    url = reverse("customers:unmask", args=[world.lead(ref).customer.ref, "contact", contact_id])
    assert f'hx-post="{url}" hx-target' in shown
    assert "13800138000" not in consultant.post(url).content.decode()
    assert "tel:+8613800138000" in consultant.post(url, {"reason": "contact"}).content.decode()
    with world.system():
        assert Event.objects.get(kind="customers.CustomerUnmasked").payload["reason"] == "contact"


def test_the_overdue_view_follows_the_clock_that_counts(world: World) -> None:
    late = world.dispatched_lead()
    fresh = world.dispatched_lead("李婷", "13900139000")
    with world.system():
        Lead.objects.filter(ref=fresh).update(next_follow_up_at=timezone.now() + timedelta(hours=1))
    page = as_user(world.manager).get(reverse("leads:lead_list"), {"view": "overdue"}).content.decode()
    assert late in page
    assert fresh not in page


def text_of(response: object) -> str:
    """An exported file as text."""
    return content(response).decode("utf-8-sig")
