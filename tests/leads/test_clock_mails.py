"""Reminders and missed deadlines by mail: to whom, in which words, once, and not to those who do not want them."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from tests.connectors.mail.mail_servers import smtp_door
from tests.kernel.people import make_user
from tests.leads.world import AT, World
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.admin.actions import change_setting
from vinloop.kernel.models import Event, Organisation, User
from vinloop.leads.actions import accept_lead, assign_consultant, clock_mails, dispatch_leads, watch_assignments
from vinloop.messaging import jobs
from vinloop.messaging.models import Message

REMIND, ESCALATE = 8, 16  # minutes after the dispatch


@pytest.fixture
def region(world: World) -> User:
    return make_user("region", "region_manager", world.network.region)


def watch(world: World, minutes: int) -> None:
    with world.system() as actor:
        watch_assignments(actor=actor, at=AT + timedelta(minutes=minutes))


def written(template: str = "") -> list[Message]:
    with acting(system_actor()):
        rows = Message.objects.select_related("user", "owner").order_by("id")
        return [row for row in rows if not template or row.template == template]


def readers(template: str) -> list[str]:
    return sorted(row.user.username for row in written(template) if row.user)


def send_all() -> None:
    """Run the queued deliveries in the test's own transaction."""
    with acting(system_actor()):
        for message in Message.objects.order_by("id"):
            jobs.send_message.func.__wrapped__(message.pk, 0)


def test_while_nobody_has_the_lead_those_who_may_accept_it_are_reminded(world: World, region: User) -> None:
    make_user("reception", "dealer_reception", world.network.dealer)
    make_user("service", "service_adviser", world.network.dealer)
    ref = world.dispatched_lead()
    watch(world, REMIND)
    assert readers("lead_reminder") == ["consultant", "manager"]
    row = written()[0]
    assert (row.owner, row.state) == (world.network.dealer, "queued")
    assert row.subject == f"Accept by 10:15: 王建国, Aurora S ({ref})"
    assert f"/desk/leads/{ref}/" in row.body
    assert "March 2, 2026, 10:15 (local time at the dealer)" in row.body
    assert not any("138" in each.body + each.subject for each in written())


def test_the_consultant_alone_is_reminded(world: World, region: User) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.manager) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        assign_consultant(actor=actor, ref=ref, user_id=world.consultant.pk, at=AT)
    watch(world, 20)
    assert readers("lead_reminder") == ["consultant"]
    assert written()[0].subject.startswith("Call by 10:30:")


def test_a_consultant_who_left_is_nobody(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.manager) as actor:
        assign_consultant(actor=actor, ref=ref, user_id=world.consultant.pk, at=AT)
    User.objects.filter(pk=world.consultant.pk).update(is_active=False)
    watch(world, REMIND)
    assert readers("lead_reminder") == ["manager"]


def test_a_missed_deadline_goes_to_the_managers_of_dealer_and_region(world: World, region: User) -> None:
    make_user("west", "region_manager", Organisation.objects.get(code="WEST"))
    world.dispatched_lead()
    watch(world, ESCALATE)
    assert readers("lead_escalation") == ["manager", "region"]
    assert written("lead_reminder") == []
    assert "Not accepted in time at D1 Ltd" in written()[0].subject
    assert "another dealer gets the lead on March 2, 2026 at 11:15" in written()[0].body


def test_each_reads_their_own_language_and_the_dealers_time(world: World, region: User) -> None:
    User.objects.filter(pk=region.pk).update(language="zh-hans")
    Organisation.objects.filter(pk=world.network.dealer.pk).update(timezone="Asia/Urumqi")
    ref = world.dispatched_lead()
    watch(world, 80)  # their house opens two hours later than Shanghai's
    by_reader = {row.user.username: row for row in written("lead_escalation") if row.user}
    assert by_reader["region"].subject.endswith(f"王建国，曙光 S（{ref}）")
    assert "D1 公司" in by_reader["region"].subject
    assert "09:15" in by_reader["region"].body
    assert "March 2, 2026, 09:15" in by_reader["manager"].body


def test_a_step_is_mailed_once(world: World) -> None:
    world.dispatched_lead()
    for minutes in (REMIND, REMIND, REMIND + 1, ESCALATE, ESCALATE, ESCALATE + 1):
        watch(world, minutes)
    assert (len(written("lead_reminder")), len(written("lead_escalation"))) == (2, 1)


def test_a_step_that_is_rolled_back_is_not_mailed(world: World) -> None:
    world.dispatched_lead()
    with pytest.raises(InterruptedError):
        _watch_and_die(world)
    assert written() == []
    with world.system():
        assert not Event.objects.filter(kind="leads.LeadReminded").exists()


def test_no_mail_without_address_or_against_the_wish(world: World, region: User, client: Client) -> None:
    User.objects.filter(pk=world.manager.pk).update(email="")
    client.force_login(region)
    page = client.get(reverse("profile"))
    assert b'name="mail/leads.clock"' in page.content
    data = {"name": region.name, "email": region.email, "language": "en"}
    client.post(reverse("profile"), data)
    world.dispatched_lead()
    watch(world, ESCALATE)
    assert written() == []
    client.post(reverse("profile"), data | {"mail/leads.clock": "on"})
    world.dispatched_lead("李婷", "13900139000")
    watch(world, ESCALATE + 1)
    assert readers("lead_escalation") == ["region"]


def test_who_gets_no_such_mails_is_not_asked(world: World, client: Client) -> None:
    for user in (make_user("service", "service_adviser", world.network.dealer), world.headquarters):
        client.force_login(user)
        assert b"leads.clock" not in client.get(reverse("profile")).content


def test_the_administrator_turns_the_mails_off_for_a_region(world: World, region: User) -> None:
    administrator = make_user("boss", "administrator", world.network.root)
    with world.acting_as(administrator) as actor:
        change_setting(actor=actor, name="leads.clock_mails", organisation=world.network.region, value=False, at=AT)
    world.dispatched_lead()
    watch(world, ESCALATE)
    assert written() == []
    with world.system():
        assert Event.objects.filter(kind="leads.LeadEscalated").count() == 1


def test_more_leads_need_no_more_queries(world: World, region: User) -> None:
    counts = []
    for phones in (["13800138000"], [f"1390013900{each}" for each in range(5)]):
        for each in phones:
            world.dispatched_lead(f"买家{each[-1]}", each)
        with world.system() as actor, CaptureQueriesContext(connection) as queries:
            watch_assignments(actor=actor, at=AT + timedelta(minutes=REMIND))
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert (len(written("lead_reminder")), len(written("lead_digest"))) == (2, 2)


def test_several_leads_at_once_come_in_one_mail(world: World) -> None:
    User.objects.filter(pk=world.consultant.pk).update(language="zh-hans")
    refs = [world.dispatched_lead("王建国", "13800138000"), world.dispatched_lead("李婷", "13900139000")]
    watch(world, REMIND)
    by_reader = {row.user.username: row for row in written() if row.user}
    assert readers("lead_digest") == ["consultant", "manager"]
    assert readers("lead_reminder") == []
    assert by_reader["manager"].subject == "Leads due soon: 2"
    assert "March 2, 2026 10:15 · not accepted yet · Aurora S (" in by_reader["manager"].body
    assert by_reader["consultant"].subject == "即将到期的线索：2 条"
    assert all(f"/desk/leads/{ref}/" in row.body for ref in refs for row in by_reader.values())


def test_a_list_names_no_customer_who_may_be_erased_later(world: World) -> None:
    for each in (("王建国", "13800138000"), ("李婷", "13900139000")):
        world.dispatched_lead(*each)
    watch(world, REMIND)
    assert not any("王建国" in row.body or "李婷" in row.body or row.customer_id for row in written())


def test_after_an_outage_everybody_gets_one_mail_however_many_batches(world: World, region: User) -> None:
    for each in range(5):
        world.dispatched_lead(f"买家{each}", f"1390013900{each}")
    with world.system() as actor:
        late = AT + timedelta(minutes=60)
        assert watch_assignments(actor=actor, at=late, limit=2).seen == 5
        assert watch_assignments(actor=actor, at=late, limit=2).seen == 0
    assert readers("lead_digest") == ["manager", "region"]
    assert len(written()) == 2
    assert {row.subject for row in written()} == {"Leads past their deadline: 5"}


def test_a_region_reads_each_line_in_the_dealers_time(world: World, region: User) -> None:
    Organisation.objects.filter(pk=world.network.sister.pk).update(timezone="Asia/Tokyo")
    ref = world.hot_lead("李婷", "13900139000")
    world.dispatched_lead()
    with world.system() as actor:
        sister = world.network.sister
        dispatch_leads(actor=actor, lead_ids=[world.lead(ref).pk], at=AT, dealer_id=sister.pk)
    watch(world, ESCALATE)
    (row,) = [each for each in written("lead_digest") if each.user == region]
    assert row.owner == world.network.region
    assert [each in row.body for each in ("10:15 · not", "11:15 · not", "· D1 Ltd", "· D2 Ltd")] == [True] * 4


def test_a_long_list_ends_with_a_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_mails, "LISTED", 2)
    for each in range(5):
        world.dispatched_lead(f"买家{each}", f"1390013900{each}")
    watch(world, REMIND)
    body = written("lead_digest")[0].body
    assert (body.count("not accepted yet"), "And 3 more." in body) == (2, True)


def test_the_mails_arrive_by_smtp(world: World, region: User, settings: Settings) -> None:
    world.dispatched_lead()
    watch(world, ESCALATE)
    shelf = _Shelf()
    with smtp_door(shelf) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_all()
        send_all()
    assert mail.outbox == []
    assert sorted(shelf.recipients) == ["manager@example.com", "region@example.com"]
    received = email.message_from_bytes(shelf.kept[0], policy=email.policy.default)
    assert "王建国" in received["Subject"]
    assert {row.state for row in written()} == {"sent"}


def _watch_and_die(world: World) -> None:
    with world.system() as actor:
        watch_assignments(actor=actor, at=AT + timedelta(minutes=REMIND))
        assert Message.objects.exists()
        raise InterruptedError


class _Shelf:
    """Takes every mail."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.recipients: list[str] = []

    def is_wanted(self, address: str) -> bool:
        return True

    def keep(self, raw: bytes, *, peer: str, sender: str, recipients: list[str], login: str) -> str:
        self.kept.append(raw)
        self.recipients.extend(recipients)
        return "DOC-1"
