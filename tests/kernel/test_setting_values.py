"""Every table of numbers is shown and refused in words; an action takes only what the setting can hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.kernel.people import AT, Network, acting_as, make_network, make_user

from vinloop.kernel.admin.actions import change_setting
from vinloop.kernel.admin.actions.setting_values import refuse_value
from vinloop.kernel.models import SettingValue, User
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Entry, Setting, all_settings, get_setting

pytestmark = pytest.mark.django_db
WEIGHTS = {"wish": 100, "territory": 40, "distance": 30, "capacity": 20, "open_now": 5, "declines": -15}
LEVELS = {"H": 7, "A": 15, "B": 30, "C": 90}


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def admin(network: Network) -> User:
    return make_user("boss", "administrator", network.root)


@pytest.mark.parametrize(
    ("name", "value", "code", "field"),
    [
        ("no.such", 1, "unknown_setting", ""),
        ("leads.dispatch_weights", WEIGHTS | {"luck": 3}, "unknown_entry", "value"),
        ("leads.dispatch_weights", {"wish": 1}, "missing_entry", "value/territory"),
        ("leads.dispatch_weights", WEIGHTS | {"wish": 1001}, "too_large", "value/wish"),
        ("leads.dispatch_weights", WEIGHTS | {"declines": 1}, "too_large", "value/declines"),
        ("leads.dispatch_weights", WEIGHTS | {"wish": "x"}, "bad_value", "value"),
        ("leads.dispatch_weights", WEIGHTS | {"wish": float("nan")}, "bad_value", "value"),
        ("leads.dispatch_weights", [1], "bad_value", "value"),
        ("leads.level_days", LEVELS | {"A": 0}, "too_small", "value/A"),
        ("leads.level_days", LEVELS | {"A": 7.5}, "not_whole", "value/A"),
        ("leads.level_days", LEVELS | {"A": 40}, "bad_value", "value"),
        ("leads.retry_minutes", [30, 0], "too_small", "value"),
        ("leads.retry_minutes", [1.5], "not_whole", "value"),
        ("leads.retry_minutes", [], "bad_value", "value"),
        ("leads.accept_minutes", "15", "bad_value", "value"),
        ("leads.accept_minutes", True, "bad_value", "value"),
        ("leads.clock_mails", "yes", "bad_value", "value"),
        ("leads.dispatch_mode", "never", "no_choice", "value"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    network: Network, admin: User, name: str, value: Any, code: str, field: str
) -> None:
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        change_setting(actor=actor, name=name, organisation=network.root, value=value, at=AT)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert str(refusal.value)
    assert not SettingValue.objects.exists()


def test_the_shipped_defaults_fit_their_own_limits() -> None:
    for setting in all_settings():
        refuse_value(setting, setting.default)


def test_every_number_of_a_shipped_table_has_a_label() -> None:
    tables = [each for each in all_settings() if each.kind == "table" and not each.name.startswith("test.")]
    assert tables
    for setting in tables:
        assert {entry.name for entry in setting.entries} == set(setting.default)
        for language in ("en", "zh-hans"):
            with translation.override(language):
                assert [str(each.label) for each in setting.all_entries if str(each.label) == each.name] == []


def test_a_number_without_limits_takes_those_of_its_table() -> None:
    entries = (Entry("a", "A"), Entry("b", "B", maximum=0))
    setting = Setting("x", "table", {"a": 1, "b": 0}, "X", minimum=-5, maximum=5, entries=entries)
    assert [(each.minimum, each.maximum) for each in setting.all_entries] == [(-5, 5), (-5, 0)]


def test_the_screen_names_every_number_and_shows_what_is_wrong_at_it(client: Client, admin: User) -> None:
    client.force_login(admin)
    client.cookies["django_language"] = "zh-hans"
    url = reverse("admin:setting", args=["leads.dispatch_weights"])
    page = client.get(url).content.decode()
    assert "客户意愿" in page
    assert "open_now</label>" not in page
    assert 'max="1000"' in page
    given = {f"value/{name}": str(number) for name, number in WEIGHTS.items()}
    refused = client.post(url, given | {"value/wish": "5000"})
    assert refused.status_code == 422
    assert "5000" in refused.content.decode()
    assert get_setting("leads.dispatch_weights")["wish"] == 100
    assert client.post(url, given | {"value/wish": "80"}).status_code == 302
    assert get_setting("leads.dispatch_weights")["wish"] == 80
    listed = client.get(reverse("admin:settings")).content.decode()
    assert "open_now" not in listed
    shown = client.get(url).content.decode()
    assert "客户意愿 100" in shown
    assert "客户意愿 80" in shown
