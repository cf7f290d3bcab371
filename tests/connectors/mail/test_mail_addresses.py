"""The list of addresses that take leads: typed by people, in any punctuation, and never quietly wrong."""

import pytest

from vinloop.connectors.mail.addresses import is_taken, problem_of


@pytest.mark.parametrize(
    "text", ["", "leads@example.com", "a@x.cn，LEADS@example.com", "a@x.cn；@example.com", "@example.com"]
)
def test_a_listed_address_is_taken(text: str) -> None:
    assert is_taken(text, "Leads@Example.com")
    assert problem_of(text) is None


def test_others_are_not() -> None:
    assert not is_taken("a@x.cn、@example.org", "leads@example.com")


@pytest.mark.parametrize("text", ["-5", "leads", "@", "a@x.cn, example.com"])
def test_what_would_turn_all_mail_away_is_refused(text: str) -> None:
    assert problem_of(text)
