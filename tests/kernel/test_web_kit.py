"""The web kit's rules: words for times, safe cells, addresses as state, an accent that can be read."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from vinloop.kernel.identifiers.money import Money
from vinloop.kernel.web import cells, times
from vinloop.kernel.web.accent import accent_css, contrast_with_white
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.frame import Frame, MenuEntry
from vinloop.kernel.web.htmx import redirects_for_htmx
from vinloop.kernel.web.listing import EmptyState, Filter, Listing, count_label
from vinloop.kernel.web.record import Action, Record
from vinloop.kernel.web.table_rows import Column, Row

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/vinloop"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=28), "28 h ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(days=30), "2026-01-31"),
        (timedelta(minutes=-5), "in 5 min"),
    ],
)
def test_a_time_is_told_as_people_tell_it(before: timedelta, words: str) -> None:
    assert times.ago_words(NOW - before, NOW) == words


@pytest.mark.parametrize(
    ("left", "words", "urgency"),
    [
        (timedelta(hours=3), "in 3 h", "later"),
        (timedelta(minutes=30), "in 30 min", "soon"),
        (timedelta(0), "due now", "overdue"),
        (timedelta(minutes=-35), "overdue 35 min", "overdue"),
    ],
)
def test_a_deadline_says_its_urgency_in_words(left: timedelta, words: str, urgency: times.Urgency) -> None:
    assert times.due_in(NOW + left, NOW) == times.Due(words, urgency)


def test_what_people_typed_is_escaped_in_every_cell() -> None:
    hostile = '"><script>alert(1)</script>'
    made = [cells.link(hostile, hostile), cells.badge(hostile), cells.two_lines(hostile, hostile)]
    made += [cells.phone(hostile), cells.icon(hostile, hostile), cells.sparkline([1, 2], hostile)]
    assert all("<script" not in cell for cell in made)


def test_a_masked_number_cannot_be_dialled() -> None:
    assert "tel:" not in cells.phone("138…8000")
    assert 'href="tel:+8613800138000"' in cells.phone("+8613800138000")


def test_a_whole_amount_is_written_like_a_price_tag() -> None:
    with translation.override("zh-hans"):
        assert "¥128,800<" in cells.money(Money.of("128800", "CNY"))
        assert "¥128,800.50<" in cells.money(Money.of("128800.50", "CNY"))


def test_nothing_to_divide_by_is_not_zero_per_cent() -> None:
    assert "%" not in cells.percent(None)
    assert ">31.4%<" in cells.percent(0.314, 1)


def test_an_address_keeps_its_state_and_a_change_goes_back_to_the_first_page() -> None:
    address = Address.of(RequestFactory().get("/leads/?view=mine&after=x&city=上海"))
    assert address.url(sort="-name") == "/leads/?view=mine&city=%E4%B8%8A%E6%B5%B7&sort=-name"
    assert address.url(after="y") == "/leads/?view=mine&city=%E4%B8%8A%E6%B5%B7&after=y"
    assert address.url(view=None, city=None) == "/leads/"


def _listing(query: str = "", rows: Sequence[Row] = ()) -> Listing:
    address = Address.of(RequestFactory().get(f"/leads/{query}"))
    return Listing(
        key="leads",
        title="Leads",
        columns=[Column("name", "Name", sortable=True)],
        rows=rows,
        address=address,
        empty=EmptyState("None yet"),
        filters=[Filter("city", "City", value=address.get("city"), chip=address.get("city"))],
        search=address.get("q"),
        sort=address.get("sort"),
    )


def test_a_click_on_the_sorted_head_turns_it_around() -> None:
    assert next(_listing().headers).url == "/leads/?sort=name"
    up = next(_listing("?sort=name").headers)
    assert (up.url, up.direction) == ("/leads/?sort=-name", "ascending")
    down = next(_listing("?sort=-name").headers)
    assert (down.url, down.direction) == ("/leads/?sort=name", "descending")


def test_the_filter_form_carries_the_view_but_not_the_old_place() -> None:
    listing = _listing("?view=mine&after=x&q=li&city=a&sort=name")
    assert listing.kept_parameters == [("view", "mine"), ("sort", "name")]
    assert listing.clear_url == "/leads/?view=mine&sort=name"


def test_a_row_with_too_few_cells_is_a_mistake_of_the_view() -> None:
    listing = _listing(rows=[Row("/x", [])])
    with pytest.raises(ValueError, match="zip"):
        _ = listing.body


def test_a_capped_count_says_so() -> None:
    assert (count_label(1000, True), count_label(21, False)) == ("1,000+", "21")


@pytest.mark.parametrize("colour", ["#ffe600", "#0b5cad", "#FFFFFF"])
def test_any_accent_becomes_readable(colour: str) -> None:
    found = re.search(r"--vl-accent-rgb:(\d+),(\d+),(\d+)", accent_css(colour))
    assert found
    assert contrast_with_white((int(found[1]), int(found[2]), int(found[3]))) >= 4.5


def test_an_accent_that_is_no_colour_is_not_let_through() -> None:
    assert "url" not in accent_css("red;background:url(//evil)")


def test_the_first_primary_action_leads_and_the_rest_is_the_menu() -> None:
    call, lose = Action("Call", "/call/", is_primary=True), Action("Lost", "/lost/")
    record = Record(title="Hart", actions=[lose, call])
    assert (record.primary, record.more_actions) == (call, [lose])


@pytest.mark.parametrize(("name", "initials"), [("Jonathan Hart", "JH"), ("王建国", "建国"), ("Cher", "CH"), ("", "")])
def test_initials_are_what_colleagues_would_write(name: str, initials: str) -> None:
    assert Frame(user_name=name).initials == initials


def test_the_phone_shows_the_first_four_entries() -> None:
    entries = [MenuEntry(str(number), "/", "home") for number in range(6)]
    assert list(Frame(menu=entries).bottom_bar) == entries[:4]


def _answer(method: str, target: str, headers: dict[str, str]) -> HttpResponse:
    request = RequestFactory().generic(method, "/", headers=headers)
    response = redirects_for_htmx(lambda _: HttpResponseRedirect(target))(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_saved_form_moves_the_page_so_that_its_message_is_seen() -> None:
    response = _answer("POST", "/leads/1/", {"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/leads/1/")
    assert "Location" not in response.headers


def test_a_log_in_page_never_lands_in_a_panel() -> None:
    response = _answer("GET", "/accounts/login/?next=/x", {"HX-Request": "true"})
    assert (response.status_code, response.headers.get("Location")) == (401, None)


def test_other_redirects_stay_as_they_are() -> None:
    assert _answer("GET", "/leads/", {"HX-Request": "true"}).status_code == 302
    assert _answer("POST", "/leads/", {}).status_code == 302


_ICON_USES = (
    re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']"""),
    re.compile(r"""\bicon(?:_name)?=["']([a-z0-9-]+)["']"""),
)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    known = set((ROOT / "frontend/icons.txt").read_text().split())
    files = [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]
    used = {name for file in files for pattern in _ICON_USES for name in pattern.findall(file.read_text())}
    assert used - known == set(), "add them to frontend/icons.txt"


_TEMPLATES = [path for folder in sorted(SOURCE.rglob("templates")) for path in sorted(folder.rglob("*.html"))]
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|hx-on|javascript:|hx-vals=.js:")


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: path.name)
def test_a_template_parses_and_holds_no_inline_script(path: Path) -> None:
    text = path.read_text()
    assert engines["django"].from_string(text)
    assert not _INLINE_SCRIPT.search(text)
