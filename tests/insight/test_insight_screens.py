"""The pages of figures: every number opens a list of just so many, downloads are harmless, and doors hold."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.insight.story import Story
from tests.kernel.people import make_user
from tests.kernel.programs import bearer, token_of
from tests.leads.browser import as_user, content, questions
from vinloop.kernel.models import User
from vinloop.kernel.web.board import Board
from vinloop.leads.models import Campaign

ROOT = "/desk/insight/"
PAGES = ("", "funnel/", "response/", "loop/", "showroom/")
READERS = ("headquarters", "regional", "manager")
# Where a figure is no count of rows, it opens its members: the answered hand-overs of a median, visits of visitors.
MEMBERS = ("stage=answered", "response/", "funnel/", "first=no&captured=yes")
LINK = re.compile(r'<a href="([^"]+)">(\d+)</a>')
MOST_QUERIES = 15  # eight of the board, the rest is the frame: session, person, actor, scope, menus


def reader(story: Story, name: str) -> User:
    """Somebody of headquarters, of the region or of the dealer."""
    if name == "regional":
        return make_user("regional", "region_manager", story.world.network.region)
    user: User = getattr(story.world, name)
    return user


def board_of(client: Client, address: str) -> Board:
    """What a page shows."""
    response = client.get(ROOT + address)
    assert response.status_code == 200
    board: Board = response.context["board"]
    return board


def listed(client: Client, url: str) -> int:
    """How many rows the list behind an address has."""
    response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    listing = response.context["listing"]
    assert listing.count is None or listing.count == len(listing.rows)
    return len(listing.rows)


def shown(value: Any, unit: Any) -> int:
    """The upper number of a figure: of "82 / 128" the 82."""
    fraction = re.match(r"([\d,]+) /", str(unit))
    return int((fraction[1] if fraction else str(value)).replace(",", ""))


@pytest.mark.parametrize("who", READERS)
def test_every_figure_opens_a_list_of_just_so_many(story: Story, who: str) -> None:
    client = as_user(reader(story, who))
    figures = [figure for page in PAGES for figure in board_of(client, page).figures]
    addresses = {each.url: each for each in figures if each.url and not each.url.endswith(MEMBERS)}
    assert len(addresses) > 12
    for url, figure in addresses.items():
        assert listed(client, url) == shown(figure.value, figure.unit), url


@pytest.mark.parametrize("page", ["", "funnel/"])
def test_conversions_of_a_past_period_open_those_who_ordered_within_it(story: Story, page: str) -> None:
    dealer = story.world.network.dealer
    with story.world.system():
        story.lead(dealer, days=60, ordered_at=story.ago(55))
        story.lead(dealer, days=60, ordered_at=story.ago(10))
        story.lead(dealer, days=80, ordered_at=story.ago(58))
        story.lead(dealer, days=80, ordered_at=story.ago(58), closed_at=story.ago(75))
        story.lead(dealer, days=150, ordered_at=story.ago(100))
        story.lead(dealer, days=150, ordered_at=story.ago(20))
    client = as_user(story.world.headquarters)
    board = board_of(client, f"{page}?day_from={story.ago(65):%Y-%m-%d}&day_to={story.ago(50):%Y-%m-%d}")
    found = {figure.url.split("stage=")[1].split("&")[0]: figure for figure in board.figures if "stage=" in figure.url}
    for stage in ("converted", "carried_over", "cohort"):
        figure = found[stage]
        assert shown(figure.value, figure.unit) == listed(client, figure.url) == 1, stage


def test_the_figures_of_one_consultant_open_their_own_rows(story: Story) -> None:
    with story.world.system():
        story.visit(story.world.network.dealer, is_captured=True, consultant=story.world.consultant)
    client = as_user(story.world.manager)
    for page in PAGES:
        for figure in board_of(client, f"{page}?consultant=consultant").figures:
            if "received_from=" in figure.url or "arrived_from=" in figure.url or "stage=missed" in figure.url:
                is_members = figure.url.endswith(MEMBERS)
                assert is_members or listed(client, figure.url) == shown(figure.value, figure.unit), figure.url


@pytest.mark.parametrize("who", READERS)
def test_every_stage_and_leak_opens_a_list_of_just_so_many(story: Story, who: str) -> None:
    client = as_user(reader(story, who))
    for page in ("", "loop/"):
        board = board_of(client, page)
        assert board.leaks
        assert board.funnel
        assert [listed(client, stage.url) for stage in board.funnel] == [stage.count for stage in board.funnel]
        for leak in board.leaks:
            assert listed(client, leak.url) == int(leak.count_label), leak.label


@pytest.mark.parametrize("who", READERS)
def test_every_number_of_the_funnel_tables_opens_its_list(story: Story, who: str) -> None:
    client = as_user(reader(story, who))
    for by in ("source", "campaign", "model", "region", "dealer", "consultant"):
        ranking = board_of(client, f"funnel/?by={by}").rankings[0]
        cells = [str(cell) for row in ranking.rows for cell in row.cells]
        links = {found[1].replace("&amp;", "&"): found[2] for cell in cells if (found := LINK.match(cell))}
        for url, number in links.items():
            assert listed(client, url) == int(number), url


def test_bars_and_weeks_open_what_they_show(story: Story) -> None:
    client = as_user(story.world.headquarters)
    weeks = board_of(client, "").charts[0]
    bands = board_of(client, "response/").charts[0]
    for chart in (weeks, bands):
        for value, url in zip(chart.series[0].values, chart.urls, strict=True):
            if value:
                assert listed(client, url) == value, url


def test_the_way_down_leads_from_the_network_to_one_consultant(story: Story) -> None:
    client = as_user(story.world.headquarters)
    regions = board_of(client, "").rankings[0]
    east = next(row for row in regions.rows if row.label == "EAST Ltd")
    dealers = client.get(east.url).context["board"].rankings[0]
    first = next(row for row in dealers.rows if row.label == "D1 Ltd")
    people = client.get(first.url).context["board"].rankings[0]
    consultant = next(row for row in people.rows if row.label == "consultant 姓名")
    board = client.get(consultant.url).context["board"]
    assert str(board.figures[0].value) == "2"
    assert board.rankings == []


@pytest.mark.parametrize("who", ["headquarters", "manager"])
def test_a_page_needs_few_queries(story: Story, who: str) -> None:
    client = as_user(reader(story, who))
    for page in PAGES:
        assert questions(client, ROOT + page) <= MOST_QUERIES, page


def test_a_dealer_opens_nobody_elses_figures(story: Story) -> None:
    client = as_user(story.world.manager)
    for page in (*PAGES, "hand-overs/"):
        for query in ("organisation=D2", "organisation=EAST", "organisation=HQ", "consultant=other"):
            assert client.get(f"{ROOT}{page}?{query}").status_code == 404, (page, query)


def test_what_campaigns_cost_is_headquarters_business(story: Story) -> None:
    for who, status in (("headquarters", 200), ("regional", 403), ("manager", 403)):
        assert as_user(reader(story, who)).get(f"{ROOT}campaigns/").status_code == status


def test_a_hand_over_of_a_lead_that_moved_on_names_no_lead(story: Story) -> None:
    page = as_user(story.world.manager).get(f"{ROOT}hand-overs/?stage=declined")
    row = page.context["listing"].rows[0]
    assert (row.url, str(row.cells[0])) == ("", "Moved on")


def test_other_days_and_nonsense_days(story: Story) -> None:
    client = as_user(story.world.manager)
    assert str(board_of(client, "?day_from=2020-01-01&day_to=2020-01-31").figures[0].value) == "0"
    assert str(board_of(client, "?period=never&day_from=yesterday").figures[0].value) == "4"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_table_can_be_taken_along(story: Story, kind: str) -> None:
    with story.world.system():
        Campaign.objects.create(code="c", name="=1+1", cost=5, starts_on=story.now.date(), ends_on=story.now.date())
    client = as_user(story.world.headquarters)
    for page in (*PAGES, "campaigns/", "hand-overs/"):
        response = client.get(f"{ROOT}{page}?export={kind}&period=year")
        assert response.status_code == 200
        body = content(response)
        if kind == "xlsx":
            assert len(CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()) > 1
        else:
            assert b"\r\n=" not in body
            assert body.count(b"\r\n") > 1


def test_taking_a_table_along_needs_the_permission(story: Story) -> None:
    with story.world.system():
        role = story.world.manager.memberships.get().role
        role.permissions = [each for each in role.permissions if each != "kernel.data:export"]
        role.save()
    client = as_user(story.world.manager)
    assert client.get(f"{ROOT}?export=csv").status_code == 403
    assert board_of(client, "").rankings[0].exports == []


def api(client: Client, user: User, place: Any, path: str) -> Any:
    """An answer of the API to somebody's token."""
    return client.get(f"/api/v1/insight/{path}", **bearer(token_of(user, place)))


def test_programs_read_the_same_figures(story: Story, client: Client) -> None:
    network, manager = story.world.network, story.world.manager
    board = api(client, manager, network.dealer, "boards/D1").json()
    figures = {each["key"]: each for each in board["figures"]}
    assert (figures["received"]["value"], figures["missed"]["value"], figures["missed"]["top"]) == (4, 0.5, 2)
    assert {each["stage"]: each["count"] for each in board["late"]} == {"accept_late": 1, "follow_up_late": 1}
    assert [each["count"] for each in board["funnel"]] == [4, 4, 4, 3, 1, 1, 1]
    response = api(client, manager, network.dealer, "response-time?period=quarter").json()
    assert {each["key"]: each["value"] for each in response["figures"]}["response_median"] == 1200
    funnel = api(client, story.world.headquarters, network.root, "funnel?by=region").json()
    assert {part["code"]: part["counts"]["received"] for part in funnel["parts"]} == {"EAST": 5, "": 3}
    showroom = api(client, manager, network.dealer, "showroom?first=2020-01-01&last=2020-01-31").json()
    assert showroom["period"] == {"first": "2020-01-01", "last": "2020-01-31", "timezone": "Asia/Shanghai"}
    campaigns = api(client, story.world.headquarters, network.root, "campaigns?model=decay").json()
    assert (campaigns["model"], campaigns["items"][0]["leads"]) == ("decay", 6)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("manager", "boards/D2", 404),
        ("manager", "funnel?by=dealer", 403),
        ("manager", "response-time?organisation=D3", 404),
        ("manager", "showroom?organisation=EAST", 404),
        ("manager", "campaigns", 403),
        ("manager", "boards/D1?period=never", 422),
        ("consultant", "boards/D1", 403),
    ],
)
def test_programs_see_no_more_than_their_people(story: Story, client: Client, who: str, path: str, status: int) -> None:
    answer = api(client, reader(story, who), story.world.network.dealer, path)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_programs_read_the_loop_and_the_list_behind_it(story: Story, client: Client) -> None:
    network, manager = story.world.network, story.world.manager
    loop = api(client, manager, network.dealer, "loop").json()
    stages = {each["stage"]: each["count"] for each in loop["funnel"]}
    assert stages["dispatched"] >= stages["accepted"] >= stages["contacted"] >= stages["delivered"]
    for stage in [*loop["funnel"], *loop["leaks"]]:
        listed = api(client, manager, network.dealer, f"hand-overs?stage={stage['stage']}&limit=200").json()["items"]
        assert len(listed) == stage["count"], stage
        assert {each["dealer"] for each in listed} <= {"D1"}
    first = api(client, manager, network.dealer, "hand-overs?limit=1").json()
    again = api(client, manager, network.dealer, f"hand-overs?limit=1&cursor={first['next']}").json()
    assert first["items"] != again["items"]
    consultant = story.world.consultant
    assert api(client, consultant, network.dealer, "hand-overs").status_code == 403
    assert api(client, manager, network.dealer, "loop?organisation=D3").status_code == 404
