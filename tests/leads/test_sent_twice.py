"""A form that was sent twice is carried out once, and a page left open over a log-out keeps what was typed."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.leads.browser import as_user, page
from tests.leads.world import World
from vinloop.kernel.models import IdempotencyKey, User
from vinloop.leads.models import Contact, Quote, ShowroomVisit

SAID = {"channel": "phone", "when": "tomorrow", "result": "reached", "level": "H", "note": "约周五"}


def _key(client: Client, url: str) -> str:
    found = re.search(r'name="once" value="([\w-]+)"', page(client, url))
    assert found is not None
    return found[1]


def _contacts(world: World, ref: str) -> int:
    with world.system():
        return Contact.objects.filter(lead__ref=ref).exclude(purpose="verify").count()


def test_a_contact_sent_twice_is_one_contact(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    client = as_user(world.consultant)
    said = SAID | {"once": _key(client, url)}
    first = client.post(url, said)
    planned = world.lead(ref).next_follow_up_at
    again = client.post(url, said, headers={"x-csrftoken": "renewed"})
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]
    assert _contacts(world, ref) == 1
    assert world.lead(ref).next_follow_up_at == planned
    assert client.get(again.headers["Location"]).content.decode().count("Nothing was saved twice") == 1


def test_other_words_under_the_same_key_are_not_dropped(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    client = as_user(world.consultant)
    said = SAID | {"once": _key(client, url)}
    client.post(url, said)
    client.post(url, said | {"note": "also asked for a loan"})
    assert _contacts(world, ref) == 2


def test_a_form_that_came_back_may_be_sent_again(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    client = as_user(world.consultant)
    said = {"channel": "phone", "when": "cadence", "once": _key(client, url)}
    assert [client.post(url, said).status_code for _ in range(2)] == [422, 422]
    assert client.post(url, SAID | {"once": said["once"]}).status_code == 302
    assert _contacts(world, ref) == 1


def test_a_visitor_and_a_quote_sent_twice_are_there_once(world: World) -> None:
    door, desk = as_user(world.manager), as_user(world.consultant)
    showroom = reverse("dealer:showroom")
    party = {"party_size": "2", "kind": "walk_in", "note": "two children", "once": _key(door, showroom)}
    quote = reverse("leads:lead_quote", args=[(ref := world.dispatched_lead())])
    desk.post(reverse("dealer:accept", args=[ref]))
    price = {"model": str(world.lead(ref).car_model_id), "price": "15.8万", "once": _key(desk, quote)}
    for _ in range(2):
        assert door.post(showroom, party).status_code == 302
        assert desk.post(quote, price).status_code == 302
    with world.system():
        assert (ShowroomVisit.objects.count(), Quote.objects.count()) == (1, 1)


def test_a_key_is_its_owners(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    said = SAID | {"once": _key(as_user(world.consultant), url)}
    people: list[User] = [world.consultant, world.manager]
    for person in people:
        assert as_user(person).post(url, said).status_code == 302
    assert _contacts(world, ref) == 2
    assert IdempotencyKey.objects.filter(key=f"form:{said['once']}").count() == 2


def test_who_was_logged_out_stays_on_the_page(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    answer = Client(headers={"hx-request": "true"}).post(url, SAID)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert _contacts(world, ref) == 0


def test_a_plan_lies_ahead_and_can_be_kept(world: World) -> None:
    url = reverse("dealer:contact", args=[(ref := world.dispatched_lead())])
    client = as_user(world.consultant)
    now = timezone.localtime()
    for days, words in ((-1, "has passed"), (400, "more than a year")):
        answer = client.post(url, SAID | {"picked_at": f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert _contacts(world, ref) == 0
    assert world.lead(ref).status == "dispatched"


def test_what_was_planned_is_said(world: World) -> None:
    url = reverse("dealer:contact", args=[world.dispatched_lead()])
    client = as_user(world.consultant)
    done = client.post(url, SAID | {"result": "no_answer", "when": "cadence"}, follow=True)
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert f"Next contact: {tomorrow:%m-%d}" in done.content.decode()
