"""A lead counts for what brought its buyer, from the landing on."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.portal.site import Visitor
from vinloop.portal.attribution import COOKIE, Arrival, Origin, arrival_of, origin_of, remember

pytestmark = pytest.mark.django_db


def test_the_landing_s_campaign_and_referrer_reach_the_lead(visitor: Visitor) -> None:
    visitor.get("/?utm_campaign=Spring-Test&utm_source=mag&utm_medium=banner", Referer="https://news.example/a?q=me")
    visitor.get("/models/")
    visitor.enquire()
    lead = visitor.leads()[0]
    assert lead.campaign is not None
    assert (lead.campaign.code, lead.referrer) == ("spring-test", "https://news.example/a")
    extra = visitor.touches()[0].payload["extra"]
    assert extra["first_touch"] == extra["last_touch"]
    assert (extra["last_touch"]["source"], extra["last_touch"]["medium"]) == ("mag", "banner")


def test_the_last_campaign_counts_and_the_first_is_kept(visitor: Visitor) -> None:
    visitor.get("/?campaign=first")
    visitor.get("/?utm_campaign=second")
    visitor.get("/", Referer="http://testserver/models/")
    visitor.enquire()
    lead, extra = visitor.leads()[0], visitor.touches()[0].payload["extra"]
    assert lead.campaign is not None
    assert lead.campaign.code == "second"
    assert (extra["first_touch"]["campaign"], extra["last_touch"]["campaign"]) == ("first", "second")


def test_a_direct_visitor_has_no_campaign(visitor: Visitor) -> None:
    visitor.enquire()
    assert visitor.leads()[0].campaign is None
    assert visitor.leads()[0].referrer == ""


def test_a_forged_cookie_is_a_first_visit(rf: RequestFactory) -> None:
    request = rf.get("/?campaign=x")
    request.COOKIES[COOKIE] = "forged"
    assert origin_of(request).campaign == "x"


def test_hostile_parameters_are_cut_and_cleaned(rf: RequestFactory) -> None:
    arrival = arrival_of(rf.get("/", {"campaign": "a\r\nb" + "x" * 500}, headers={"Referer": "http://[broken"}))
    assert arrival.campaign.startswith("a bx")
    assert len(arrival.campaign) == 60
    assert arrival.referrer == ""


def test_credentials_and_questions_of_the_linking_page_are_not_kept(rf: RequestFactory) -> None:
    arrival = arrival_of(rf.get("/", headers={"Referer": "https://me:secret@mail.example/inbox?subject=private"}))
    assert arrival.referrer == "https://mail.example/inbox"


def test_the_cookie_is_only_set_when_it_says_something_new(rf: RequestFactory) -> None:
    first = HttpResponse()
    remember(rf.get("/?campaign=x"), first)
    assert first.cookies[COOKIE]["httponly"]
    again = rf.get("/models/")
    again.COOKIES[COOKIE] = first.cookies[COOKIE].value
    second = HttpResponse()
    remember(again, second)
    assert COOKIE not in second.cookies


def test_origin_falls_back_to_the_first_touch() -> None:
    origin = Origin(Arrival(campaign="a", referrer="https://one.example/"), Arrival(source="qr"))
    assert (origin.campaign, origin.referrer) == ("a", "https://one.example/")
