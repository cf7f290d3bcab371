"""The administration: what it changes, what it refuses, and that every page opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries
from tests.kernel.people import AT, PASSWORD, Network, acting_as, make_network, make_user
from tests.leads.browser import content

from vinloop.kernel import search, search_tokens
from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.admin.actions import (
    CalendarHours,
    OrganisationDetails,
    change_organisation,
    change_setting,
    close_organisation,
    create_organisation,
    drop_jobs,
    move_organisation,
    read_value,
    replay_jobs,
    save_calendar,
    set_exception,
)
from vinloop.kernel.clocks import uniform_week
from vinloop.kernel.intake.actions import Envelope, receive_document
from vinloop.kernel.models import Calendar, Event, Organisation, Role, SearchEntry, SettingValue, User
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Setting, declare_settings, get_setting, setting_named

pytestmark = pytest.mark.django_db
WEEK = uniform_week((480, 1080), days=range(5))


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def admin(network: Network, client: Client) -> User:
    user = make_user("boss", "administrator", network.root)
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _a_local_setting() -> None:
    declare_settings(
        Setting(name="test.days", kind="int", default=30, label="Days", minimum=1, maximum=90, is_local=True),
        Setting(name="test.tries", kind="list", default=[30, 120], label="Tries", minimum=1),
        Setting(name="test.weights", kind="table", default={"near": 2, "free": 1.5}, label="Weights"),
    )


def kinds() -> list[str]:
    with acting(system_actor()):
        return [kind.removeprefix("kernel.") for kind in Event.objects.order_by("id").values_list("kind", flat=True)]


# --- organisations ----------------------------------------------------------------------------------


def test_an_organisation_is_added_with_its_path(network: Network, admin: User) -> None:
    with acting_as(admin) as actor:
        details = OrganisationDetails(code="D9", name="九号店", timezone="Europe/Berlin")
        made = create_organisation(actor=actor, kind="dealer", parent=network.region, details=details, at=AT)
    assert Organisation.objects.get(pk=made.pk).path == f"{network.region.path}{made.pk}/"
    assert kinds()[-1] == "OrganisationCreated"


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"code": "D1"}, "dealer", "code_taken"),
        ({"code": ""}, "dealer", "no_code"),
        ({"code": "!!"}, "dealer", "bad_code"),
        ({"code": "A/1"}, "dealer", "bad_code"),
        ({"code": "-1"}, "dealer", "bad_code"),
        ({"name": ""}, "dealer", "no_name"),
        ({"timezone": "Mars/Base"}, "dealer", "bad_timezone"),
        ({}, "manufacturer", "wrong_parent"),
    ],
)
def test_an_impossible_organisation_is_refused(
    network: Network, admin: User, change: dict[str, Any], kind: str, code: str
) -> None:
    details = replace(OrganisationDetails(code="NEW", name="新"), **change)
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        create_organisation(actor=actor, kind=kind, parent=network.region, details=details, at=AT)
    assert refusal.value.code == code
    assert Organisation.objects.count() == 6


def test_a_branch_moves_with_everything_below_it_and_stays_findable(network: Network, admin: User) -> None:
    station = Organisation.objects.create(kind="service_station", code="S1", name="站", parent=network.dealer, path="")
    station.path = f"{network.dealer.path}{station.pk}/"
    station.save()
    west = network.stranger.parent
    assert west is not None
    search.index_objects("lead", {5: search.scope_tokens("lead", station.pk)})
    manager = make_user("west", "region_manager", west)
    before = load_actor(manager, organisation_id=None, door="screen")
    assert before is not None
    assert not before.sees(station.pk)
    with acting_as(admin) as actor:
        move_organisation(actor=actor, organisation=network.dealer, parent=west, at=AT)
    station.refresh_from_db()
    assert station.path == f"{west.path}{network.dealer.pk}/{station.pk}/"
    after = load_actor(manager, organisation_id=None, door="screen")
    assert after is not None
    assert after.sees(station.pk)
    token = search_tokens.scope_token(search.search_key(), "lead", west.pk)
    assert SearchEntry.objects.filter(object_id=5, tokens__contains=[token]).exists()
    assert kinds()[-1] == "OrganisationMoved"


def test_nothing_is_put_below_itself_or_above_headquarters(network: Network, admin: User) -> None:
    paths = dict(Organisation.objects.values_list("code", "path"))
    for moved, target in [
        (network.region, network.region),
        (network.root, network.region),
        (network.region, network.dealer),
    ]:
        with acting_as(admin) as actor, pytest.raises(Refused):
            move_organisation(actor=actor, organisation=moved, parent=target, at=AT)
    assert dict(Organisation.objects.values_list("code", "path")) == paths


def test_closing_takes_the_place_away_at_once(network: Network, admin: User) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    with acting_as(admin) as actor, pytest.raises(Refused):
        close_organisation(actor=actor, organisation=network.region, at=AT)
    with acting_as(admin) as actor:
        close_organisation(actor=actor, organisation=network.dealer, at=AT)
    assert load_actor(seller, organisation_id=None, door="screen") is None


def test_a_region_cannot_touch_what_it_does_not_see(network: Network) -> None:
    role = Role.objects.create(code="r", name="r", level="region", permissions=["kernel.organisation:manage"])
    user = make_user("regional", role.code, network.region)
    details = OrganisationDetails(code="X", name="改")
    for act in (
        lambda actor: change_organisation(actor=actor, organisation=network.stranger, details=details, at=AT),
        lambda actor: close_organisation(actor=actor, organisation=network.stranger, at=AT),
        lambda actor: move_organisation(actor=actor, organisation=network.stranger, parent=network.region, at=AT),
        lambda actor: move_organisation(actor=actor, organisation=network.region, parent=network.root, at=AT),
        lambda actor: create_organisation(actor=actor, kind="dealer", parent=network.root, details=details, at=AT),
    ):
        with pytest.raises(NotAllowed), acting_as(user) as actor:
            act(actor)
    network.stranger.refresh_from_db()
    assert (network.stranger.code, network.stranger.is_active) == ("D3", True)
    assert Organisation.objects.count() == 6


# --- opening hours ----------------------------------------------------------------------------------


def test_opening_hours_and_their_exceptions(network: Network, admin: User) -> None:
    with acting_as(admin) as actor:
        hours = CalendarHours(name="Sales", timezone="Asia/Shanghai", weekly=WEEK, holiday_country="CN")
        calendar = save_calendar(actor=actor, calendar=None, hours=hours, at=AT)
        set_exception(actor=actor, calendar=calendar, day=date(2026, 5, 1), hours=((600, 720),), note="", at=AT)
        set_exception(actor=actor, calendar=calendar, day=date(2026, 5, 1), hours=(), note="五一", at=AT)
    assert calendar.exceptions.get().hours == []
    assert kinds()[-3:] == ["CalendarChanged"] * 3


@pytest.mark.parametrize("intervals", [((600, 500),), ((0, 1500),), ((480, 720), (700, 800))])
def test_contradicting_hours_are_refused(network: Network, admin: User, intervals: tuple[tuple[int, int], ...]) -> None:
    hours = CalendarHours(name="Sales", timezone="Asia/Shanghai", weekly=(intervals,) + ((),) * 6)
    with acting_as(admin) as actor, pytest.raises(Refused):
        save_calendar(actor=actor, calendar=None, hours=hours, at=AT)
    assert not Calendar.objects.exists()


# --- settings ---------------------------------------------------------------------------------------


def test_a_setting_counts_for_everything_below(network: Network, admin: User) -> None:
    with acting_as(admin) as actor:
        change_setting(actor=actor, name="test.days", organisation=network.region, value=15, at=AT)
    places = (network.root, network.region, network.dealer, network.stranger)
    assert [get_setting("test.days", place.pk) for place in places] == [30, 15, 15, 30]
    with acting_as(admin) as actor:
        change_setting(actor=actor, name="test.days", organisation=network.region, value=None, at=AT)
    assert get_setting("test.days", network.dealer.pk) == 30
    assert kinds()[-2:] == ["SettingChanged"] * 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("test.days", "0"),
        ("test.days", "91"),
        ("test.days", "many"),
        ("test.tries", ""),
        ("test.tries", "30, x"),
        ("test.tries", "30, 0"),
        ("test.weights", '{"near": "x"}'),
        ("test.weights", "[1]"),
        ("test.weights", '{"near": NaN}'),
        ("kernel.accent", "red"),
        ("kernel.brand", " "),
    ],
)
def test_wrong_values_are_refused(name: str, text: str) -> None:
    with pytest.raises(Refused):
        read_value(setting_named(name), text)


def test_what_is_the_same_for_all_is_set_at_headquarters_only(network: Network, admin: User) -> None:
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        change_setting(actor=actor, name="kernel.accent", organisation=network.region, value="#112233", at=AT)
    assert refusal.value.code == "not_local"
    assert not SettingValue.objects.exists()


# --- jobs -------------------------------------------------------------------------------------------


def failed_job(lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)"
            " VALUES ('default', 'leads.jobs.test', '{\"lead\": 1}', 'failed', 8, %s) RETURNING id",
            [lock],
        )
        return int(cursor.fetchone()[0])


def test_failed_jobs_are_replayed_or_given_up(network: Network, admin: User) -> None:
    first, second, third = failed_job(), failed_job("once"), failed_job()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)"
            " VALUES ('default', 'leads.jobs.test', '{}', 'todo', 0, 'once')"
        )
    with acting_as(admin) as actor:
        assert replay_jobs(actor=actor, job_ids=[first, second], at=AT) == 1
        assert drop_jobs(actor=actor, job_ids=[third, first], at=AT) == 1
    states = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert (states[first], states[second], third in states) == ("todo", "failed", False)
    assert kinds()[-2:] == ["JobReplayed", "JobDropped"]


def test_jobs_are_for_headquarters(network: Network) -> None:
    role = Role.objects.create(code="r", name="r", level="dealer", permissions=["kernel.job:manage"])
    user = make_user("dealer.it", role.code, network.dealer)
    job = failed_job()
    for act in (replay_jobs, drop_jobs):
        with pytest.raises(NotAllowed), acting_as(user) as actor:
            act(actor=actor, job_ids=None, at=AT)
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"


# --- screens ----------------------------------------------------------------------------------------


def every_page(network: Network, admin: User) -> list[str]:
    calendar = Calendar.objects.create(name="Sales", weekly_hours=[[[480, 720]]] * 7, holiday_country="CN")
    with acting(system_actor("adf")) as system:
        document = receive_document(
            actor=system, owner_id=network.root.pk, body=b"<adf/>", envelope=Envelope(channel="adf"), at=AT
        )
    failed_job()
    one = {
        "organisation": network.dealer.pk,
        "organisation_edit": network.dealer.pk,
        "organisation_move": network.dealer.pk,
        "person": admin.pk,
        "person_edit": admin.pk,
        "person_password": admin.pk,
        "person_role": admin.pk,
        "role": "verifier",
        "calendar": calendar.pk,
        "calendar_exception": calendar.pk,
        "setting": "test.tries",
        "document": document.ref,
        "document_raw": document.ref,
    }
    plain = (
        "organisations", "organisation_new", "people", "person_new", "roles", "role_new", "calendars", "calendar_new",
        "settings", "tokens", "token_new", "jobs", "documents", "audit", "audit_export",
    )  # fmt: skip
    urls = [reverse(f"admin:{name}", args=[key]) for name, key in one.items()]
    return [*urls, *(reverse(f"admin:{name}") for name in plain)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(client: Client, network: Network, admin: User, language: str) -> None:
    client.cookies["django_language"] = language
    for url in every_page(network, admin):
        assert client.get(url).status_code == 200, url


def test_no_page_opens_without_its_permission(client: Client, network: Network, admin: User) -> None:
    urls = every_page(network, admin)
    client.force_login(make_user("seller", "dealer_reception", network.dealer))
    assert [url for url in urls if client.get(url).status_code != 403] == []


@pytest.mark.parametrize("name", ["organisations", "people", "tokens", "documents", "audit", "jobs"])
def test_lists_ask_few_questions(
    client: Client, network: Network, admin: User, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        make_user(f"seller.{number}", "dealer_consultant", network.dealer)
    client.get(reverse(f"admin:{name}"))
    own_savepoint = 2  # the test's transaction turns the screen's own into a savepoint
    with django_assert_max_num_queries(8 + own_savepoint):
        client.get(reverse(f"admin:{name}"))


def test_a_person_is_added_on_screen(client: Client, network: Network, admin: User) -> None:
    role = Role.objects.get(code="dealer_consultant")
    data = {
        "name": "李婷", "username": "li.ting", "language": "zh-hans", "role": role.pk,
        "organisation": network.dealer.pk, "password": PASSWORD,
    }  # fmt: skip
    response = client.post(reverse("admin:person_new"), data)
    made = User.objects.get(username="li.ting")
    assert response.headers["Location"] == reverse("admin:person", args=[made.pk])
    assert Client().post("/accounts/login/", {"login": "li.ting", "password": PASSWORD}).status_code == 302


def test_all_that_is_wrong_with_a_person_is_said_at_once(client: Client, network: Network, admin: User) -> None:
    data = {
        "name": "", "username": "boss", "email": "nobody", "phone": "12", "language": "zh-hans", "password": "123",
        "role": Role.objects.get(code="dealer_consultant").pk, "organisation": network.root.pk,
    }  # fmt: skip
    before = kinds()
    form = client.post(reverse("admin:person_new"), data | {"username": admin.username}).context["form"]
    assert set(form.errors) == {"name", "username", "email", "phone", "role", "password"}
    assert kinds() == before
    mine = reverse("admin:person_edit", args=[admin.pk])
    changed = {"name": "王", "username": admin.username, "email": "nobody", "phone": "12", "language": "en"}
    assert set(client.post(mine, changed).context["form"].errors) == {"email", "phone"}


def test_a_short_password_is_refused_in_the_readers_language(client: Client, network: Network, admin: User) -> None:
    client.cookies["django_language"] = "zh-hans"
    page = client.post(reverse("admin:person_password", args=[admin.pk]), {"password": "Xy7-"}).content.decode()
    assert "密码至少要有 8 个字符" in page


def test_a_refused_role_leaves_no_half_made_person(client: Client, network: Network, admin: User) -> None:
    role = Role.objects.get(code="dealer_consultant")
    data = {
        "name": "李婷", "username": "li.ting", "language": "zh-hans", "role": role.pk, "organisation": network.root.pk,
    }  # fmt: skip
    before = kinds()
    response = client.post(reverse("admin:person_new"), data)
    assert response.status_code == 422
    assert not User.objects.filter(username="li.ting").exists()
    assert kinds() == before


def test_a_dealer_manager_administers_the_own_people_only(client: Client, network: Network, admin: User) -> None:
    stranger = make_user("stranger", "dealer_consultant", network.stranger)
    client.force_login(make_user("manager", "dealer_manager", network.dealer))
    listed = client.get(reverse("admin:people")).content.decode()
    assert "manager" in listed
    assert "stranger" not in listed
    assert "boss" not in listed
    for name in ("person", "person_edit", "person_password", "person_role"):
        assert client.get(reverse(f"admin:{name}", args=[stranger.pk])).status_code == 404
    for name in ("person_disable", "person_factor", "person_send_link"):
        assert client.post(reverse(f"admin:{name}", args=[stranger.pk])).status_code == 404
    stranger.refresh_from_db()
    assert stranger.is_active


def test_the_administrator_is_protected_from_a_lesser_one(client: Client, network: Network, admin: User) -> None:
    role = Role.objects.create(code="h", name="h", level="manufacturer", permissions=["kernel.user:manage"])
    client.force_login(make_user("helper", role.code, network.root))
    for name in ("person_disable", "person_factor", "person_send_link"):
        assert client.post(reverse(f"admin:{name}", args=[admin.pk])).status_code == 403
    data = {"password": "brand-new-secret-5"}
    assert client.post(reverse("admin:person_password", args=[admin.pk]), data).status_code == 403
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.check_password(PASSWORD)


def test_a_role_is_edited_as_a_matrix(client: Client, network: Network, admin: User) -> None:
    url = reverse("admin:role", args=["verifier"])
    client.post(url, {"permission": ["leads.lead:read", "leads.lead:verify"]})
    role = Role.objects.get(code="verifier")
    assert role.permissions == ["leads.lead:read", "leads.lead:verify"]
    client.post(url, {"permission": ["no.such:thing"]})
    role.refresh_from_db()
    assert role.permissions == ["leads.lead:read", "leads.lead:verify"]


def test_settings_are_changed_and_reset_on_screen(client: Client, network: Network, admin: User) -> None:
    url = reverse("admin:setting", args=["test.weights"])
    client.post(url, {"value/near": "3", "value/free": "0.5"})
    assert get_setting("test.weights") == {"near": 3, "free": 0.5}
    assert client.post(reverse("admin:setting", args=["test.days"]), {"value": "1000"}).status_code == 422
    assert get_setting("test.days") == 30
    assert "→" in client.get(url).content.decode()
    client.post(reverse("admin:setting", args=["test.tries"]), {"value": "10，20.5 40"})
    assert get_setting("test.tries") == [10, 20.5, 40]
    client.post(reverse("admin:setting_reset", args=["test.weights"]))
    assert get_setting("test.weights") == {"near": 2, "free": 1.5}
    assert client.get(reverse("admin:setting", args=["no.such"])).status_code == 404


def test_a_week_is_typed_as_text(client: Client, network: Network, admin: User) -> None:
    data = {"name": "Sales", "timezone": "Asia/Shanghai", "holiday_country": "CN", "closes_on_holidays": "on"}
    data |= {f"day_{number}": "08：00－12:00、13:00-18:00" for number in range(5)}
    response = client.post(reverse("admin:calendar_new"), data | {"day_0": "8-12"})
    assert response.status_code == 422
    wrong = {"day_0": "25:00-26:00", "day_1": "whenever", "day_2": "18:00-08:00", "day_3": "08:00-12:00, 11:00-13:00"}
    form = client.post(reverse("admin:calendar_new"), data | wrong).context["form"]
    assert set(form.errors) == set(wrong)  # each day at once, at its own field
    client.post(reverse("admin:calendar_new"), data | {f"day_{n}": "08:00-12:00, 13:00–18:00" for n in range(5)})
    assert Calendar.objects.get().weekly_hours == [[[480, 720], [780, 1080]]] * 5 + [[], []]


def test_countries_are_named_and_offered_once(client: Client, network: Network, admin: User) -> None:
    Calendar.objects.create(name="Sales", weekly_hours=[[[480, 720]]] * 7, holiday_country="KZ")
    for language, name in (("zh-hans", "哈萨克斯坦"), ("en", "Kazakhstan")):
        client.cookies["django_language"] = language
        assert name in client.get(reverse("admin:calendars")).content.decode()
        page = client.get(reverse("admin:calendar_new")).content.decode()
        assert f'<option value="KZ">{name}</option>' in page
        assert 'value="KAZ"' not in page  # another spelling of the same country, too long to be kept


def test_the_original_is_saved_never_shown(client: Client, network: Network, admin: User) -> None:
    body = b"<script>alert(1)</script>\x00"
    with acting(system_actor("adf")) as system:
        envelope = Envelope(channel="adf", content_type="text/html", filename="x.html")
        document = receive_document(actor=system, owner_id=network.root.pk, body=body, envelope=envelope, at=AT)
    raw = client.get(reverse("admin:document_raw", args=[document.ref]))
    assert raw.content == body
    assert raw.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in raw.headers["Content-Disposition"]
    page = client.get(reverse("admin:document", args=[document.ref])).content
    assert b"<script>alert" not in page


def test_the_audit_log_is_filtered_and_exported(client: Client, network: Network, admin: User) -> None:
    url = reverse("admin:audit")
    assert "MembershipGranted" in client.get(url, {"kind": "kernel.MembershipGranted"}).content.decode()
    nothing = client.get(url, {"at_from": "2020-01-01", "at_to": "2020-01-02"})
    assert nothing.context["listing"].rows == []
    assert client.get(url, {"at_from": "no date", "kind": "x", "after": "forged"}).status_code == 200
    export = content(client.get(reverse("admin:audit_export"))).decode()
    assert export.startswith("\ufeff时间,类型,事项,")
    assert "kernel.UserCreated" in export
    assert "2026-03-02T17:00:00+08:00" in export
    assert Event.objects.filter(kind="kernel.ListExported", payload__name="audit").count() == 1


def test_a_region_reads_only_its_own_audit(client: Client, network: Network, admin: User) -> None:
    make_user("seller", "dealer_consultant", network.stranger)
    client.force_login(make_user("regional", "region_manager", network.region))
    rows = client.get(reverse("admin:audit")).context["listing"].rows
    assert len(rows) == 2


def test_what_concerns_everybody_gives_a_dealer_nothing(network: Network) -> None:
    """A role may name what only headquarters can use; the same names count in full at headquarters."""
    names = ["customers.identity:decide", "customers.customer:read"]
    allowed = []
    for code, place in [("below", network.dealer), ("above", network.root)]:
        Role.objects.create(code=code, name=code, level=place.kind, permissions=names)
        actor = load_actor(make_user(code, code, place), organisation_id=None, door="screen")
        assert actor is not None
        allowed.append([name for name in names if actor.may(name)])
    assert allowed == [names[1:], names]
