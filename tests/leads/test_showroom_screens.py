"""The showroom's screens through the door people use."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.kernel.people import make_user
from tests.leads.world import World
from vinloop.kernel.models import Event, User
from vinloop.leads.models import Lead, ShowroomVisit
from vinloop.leads.rules.companies import kind_of

PAGE = "/desk/dealer/showroom/"
ENTRY = {"party_size": "2", "kind": "walk_in", "model": "", "consultant": "", "name": "", "phone": "", "note": "看车"}


@pytest.fixture
def reception(world: World) -> User:
    return make_user("reception", "dealer_reception", world.network.dealer)


def _browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _visits(world: World) -> list[ShowroomVisit]:
    with world.system():
        return list(ShowroomVisit.objects.order_by("id"))


def test_a_party_is_recorded_completed_and_says_goodbye(world: World, reception: User) -> None:
    client = _browser(reception)
    assert client.post(PAGE, ENTRY).status_code == 302
    visit = _visits(world)[0]
    page = client.get(PAGE).content.decode()
    assert "No contact yet" in page
    client.post(f"{PAGE}visits/{visit.ref}/consultant/", {"consultant": str(world.consultant.pk)})
    client.post(f"{PAGE}visits/{visit.ref}/contact/", {"name": "王建国", "phone": "138 0013 8000", "may_call": "on"})
    client.post(f"{PAGE}visits/{visit.ref}/left/")
    done = _visits(world)[0]
    assert (done.consultant, done.party_size) == (world.consultant, 2)
    assert done.left_at is not None
    with world.system():
        assert Lead.objects.get().consultant == world.consultant
    assert client.get(f"{PAGE}visits/{visit.ref}/").status_code == 200


def test_what_was_typed_comes_back_with_what_is_wrong(world: World, reception: User) -> None:
    answer = _browser(reception).post(PAGE, ENTRY | {"name": "王建国", "phone": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is no phone number" in page
    assert 'value="王建国"' in page
    assert _visits(world) == []


def test_a_correction_is_saved(world: World, reception: User) -> None:
    client = _browser(reception)
    client.post(PAGE, ENTRY)
    visit = _visits(world)[0]
    changed = {"party_size": "4", "kind": "invited", "model": str(world.model.pk), "consultant": "", "note": ""}
    assert client.post(f"{PAGE}visits/{visit.ref}/", changed).status_code == 302
    after = _visits(world)[0]
    assert (after.party_size, after.kind, after.car_model) == (4, "invited", world.model)
    assert after.arrived_at == visit.arrived_at


def test_visits_are_listed_narrowed_and_taken_along(world: World, reception: User) -> None:
    _browser(reception).post(PAGE, ENTRY | {"note": "=1+1"})
    client = _browser(world.manager)
    assert _visits(world)[0].ref in client.get(f"{PAGE}visits/").content.decode()
    assert "Nothing matches" in client.get(f"{PAGE}visits/?captured=yes").content.decode()
    export: Any = client.get(f"{PAGE}visits.csv?kind=walk_in")
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Reference,Came in,Visitor")
    assert "'=1+1" in text
    assert client.get(f"{PAGE}visits.xlsx").status_code == 200
    with world.system():
        assert Event.objects.filter(kind="kernel.ListExported").count() == 2


def test_exporting_takes_a_permission(world: World, reception: User) -> None:
    assert _browser(reception).get(f"{PAGE}visits.csv").status_code == 403


@pytest.mark.parametrize("path", ["", "contact/", "left/", "consultant/"])
def test_another_dealers_visit_is_not_there(world: World, reception: User, path: str) -> None:
    _browser(reception).post(PAGE, ENTRY)
    visit = _visits(world)[0]
    values = ENTRY | {"name": "王建国", "phone": "13800138000", "consultant": str(world.other_manager.pk)}
    assert _browser(world.other_manager).post(f"{PAGE}visits/{visit.ref}/{path}", values).status_code == 404
    assert _visits(world)[0].left_at is None
    assert visit.ref not in _browser(world.other_manager).get(f"{PAGE}visits/").content.decode()


def test_who_left_a_number_but_no_name_is_not_nobody(world: World, reception: User) -> None:
    client = _browser(reception)
    assert client.post(PAGE, ENTRY | {"phone": "138 0013 8000"}).status_code == 302
    for url in (PAGE, f"{PAGE}visits/", f"{PAGE}visits/{_visits(world)[0].ref}/"):
        page = client.get(url).content.decode()
        assert "Name not known" in page
        assert "No contact yet" not in page


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("博创建筑工程有限公司", "company"),
        ("华瑞集团", "company"),
        ("Hart Logistics Ltd.", "company"),
        ("上海市公安局", "government"),
        ("王建国", "person"),
        ("Vincent Inc", "company"),
        ("Colin", "person"),
        ("", "person"),
    ],
)
def test_the_end_of_a_name_tells_companies(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_a_company_in_the_showroom_is_a_company(world: World, reception: User) -> None:
    party = ENTRY | {"name": "博创建筑工程有限公司", "phone": "021 5555 1234"}
    assert _browser(reception).post(PAGE, party).status_code == 302
    with world.system():
        assert Lead.objects.select_related("customer").get().customer.kind == "company"
