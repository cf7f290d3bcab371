"""Every page kind renders from its dataclass, hostile text included, into markup a screen reader can follow."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html

from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.board import Board, Chart, Figure, FunnelStage, Leak, Ranking, Series
from vinloop.kernel.web.frame import CreateEntry, Frame, MenuEntry, OrganisationChoice
from vinloop.kernel.web.listing import BulkAction, EmptyState, ExportLink, Filter, Listing, Option, SavedView
from vinloop.kernel.web.record import Action, Chip, Crumb, Fact, FactGroup, Panel, Record, Step, Timeline, TimelineEntry
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.kernel.web.work import QueueItem, WorkDesk

HOSTILE = '<script>alert("x")</script>'
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FRAME = Frame(
    menu=[MenuEntry("Leads", "/leads/", "target-arrow", is_active=True, counter=3, heading="Work")],
    search_url="/search/",
    create=[CreateEntry("Lead", "/leads/new/")],
    organisations=[OrganisationChoice("1", "Shenxin", "Dealer", is_active=True)],
    switch_url="/switch/",
    user_name=HOSTILE,
    logout_url="/logout/",
    live_url="/live/",
)


class VisitForm(forms.Form):
    """One field of each kind the kit arranges differently."""

    name = forms.CharField(help_text="As on the card")
    way = forms.ChoiceField(choices=[("w", "Walk-in"), ("i", "Invited")], widget=forms.RadioSelect)
    model = forms.ChoiceField(choices=[("a", "Aurora")], required=False)
    consent = forms.BooleanField(required=False, help_text="May we call?")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def _listing(*, filled: bool, query: str = "") -> Listing:
    address = Address.of(RequestFactory().get(f"/leads/{query}"))
    columns = [Column("name", "Name", sortable=True), Column("due", "Due"), Column("price", "Price", align="end")]
    row = Row("/leads/1/", [HOSTILE, cells.due(NOW, NOW - timedelta(minutes=5)), "1"], ref="L1", label=HOSTILE)
    city = Filter("city", "City", options=[Option("a", "A")], chip=address.get("city"), remove_url="/leads/")
    return Listing(
        key="leads",
        title="Leads",
        columns=columns,
        rows=[row] if filled else [],
        address=address,
        empty=EmptyState("No lead yet", action_label="New", action_url="/new/"),
        views=[SavedView("All", "/leads/", is_active=True, count=1000, count_is_capped=True)],
        filters=[city, Filter("created", "Created", kind="range")],
        search=address.get("q"),
        next_url="/leads/?after=x",
        exports=[ExportLink("CSV", "/leads.csv")],
        bulk_actions=[BulkAction("Assign", "/assign/")],
    )


def _record() -> Record:
    entries = [TimelineEntry(NOW - timedelta(days=days), "Called", HOSTILE, "Hart", "Screen") for days in range(3)]
    return Record(
        title=HOSTILE,
        ref="L-1",
        crumbs=[Crumb("Leads", "/leads/")],
        steps=[Step("New", "done", NOW), Step("Accepted", "now"), Step("Sold", "next")],
        clock_at=NOW,
        actions=[Action("Call", "/call/", is_primary=True), Action("Lost", "/lost/", "post", confirm="Sure?")],
        facts=[FactGroup("Customer", [Fact("Name", HOSTILE, edit_url="/edit/")])],
        panels=[Panel("Cars", url="/cars/", key="cars"), Panel("Why", html=HOSTILE)],
        timeline=Timeline(entries, chips=[Chip("All", "?", is_active=True)], more_url="/more/"),
    )


def _board() -> Board:
    chart = Chart("weeks", HOSTILE, "line", ["W1", "W2"], [Series("Median", [3, None])], goal=15)
    ranking = Ranking("Dealers", [Column("d", "Dealer")], [Row("/d/1/", [HOSTILE])])
    return Board(
        title="Board",
        leaks=[Leak("not accepted", "38", "/leads/")],
        figures=[Figure("Median", "11", "min", definition=HOSTILE, change="+1", is_better=False)],
        funnel=[FunnelStage("Accepted", 10, "10", 1.0), FunnelStage("Sold", 1, "1", 0.1, 0.1, "/leads/")],
        charts=[chart],
        rankings=[ranking],
    )


def _desk() -> WorkDesk:
    item = QueueItem("/calls/1/", HOSTILE, due_at=NOW, is_active=True)
    return WorkDesk(title="To call", items=[item], empty=EmptyState("Done"), overdue_count=1)


PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "list": ("kernel/list.html", {"listing": _listing(filled=True)}),
    "empty list": ("kernel/list.html", {"listing": _listing(filled=False)}),
    "list without match": ("kernel/list.html", {"listing": _listing(filled=False, query="?city=a")}),
    "record": ("kernel/record.html", {"record": _record()}),
    "board": ("kernel/board.html", {"board": _board()}),
    "work": ("kernel/work.html", {"desk": _desk()}),
    "form": ("kernel/form.html", {"form_title": "Visit", "form": VisitForm({"name": ""})}),
    "login": ("kernel/login_base.html", {}),
    "public": ("kernel/public_base.html", {}),
    "refused": ("403.html", {"permission": HOSTILE}),
}


@pytest.fixture(params=PAGES, name="page")
def _page(request: pytest.FixtureRequest) -> html.HtmlElement:
    template, context = PAGES[request.param]
    text = render_to_string(template, {"frame": FRAME, **context}, RequestFactory().get("/leads/?city=a"))
    return html.document_fromstring(text)


def test_nothing_that_people_typed_becomes_markup(page: html.HtmlElement) -> None:
    assert not [each for each in page.iter("script") if "alert" in (each.text or "") and each.get("type") is None]


def test_an_id_is_there_once_and_every_reference_leads_to_one(page: html.HtmlElement) -> None:
    ids = Counter(each.get("id") for each in page.iter() if each.get("id"))
    assert {name for name, times in ids.items() if times > 1} == set()
    named = "aria-describedby", "aria-labelledby", "for"
    wanted = {word for each in page.iter() for name in named for word in (each.get(name) or "").split()}
    assert wanted - set(ids) == set()


def test_every_control_has_a_name(page: html.HtmlElement) -> None:
    labelled = {each.get("for") for each in page.iter("label")}
    for control in page.iter("input", "select", "textarea"):
        in_label = next(control.iterancestors("label"), None) is not None
        is_named = in_label or control.get("id") in labelled or control.get("aria-label")
        assert control.get("type") == "hidden" or is_named, html.tostring(control)


def test_every_button_and_link_says_something(page: html.HtmlElement) -> None:
    for each in page.iter("a", "button", "summary"):
        inner = any(part.get("aria-label") for part in each.iter())
        assert each.text_content().strip() or inner, html.tostring(each)


def test_a_wrong_form_keeps_what_was_typed_and_ties_its_errors_to_the_fields() -> None:
    form = VisitForm({"name": "", "model": "a", "consent": "on"})
    text = render_to_string("kernel/form.html", {"frame": FRAME, "form": form}, RequestFactory().get("/"))
    page = html.document_fromstring(text)
    name, consent = page.find(".//input[@id='id_name']"), page.find(".//input[@id='id_consent']")
    assert name is not None
    assert consent is not None
    assert (name.get("aria-invalid"), name.get("aria-describedby")) == ("true", "id_name_hint id_name_error")
    assert consent.get("checked") is not None
    assert page.find(".//option[@value='a'][@selected]") is not None
