"""How texts are put together, and the page a bare refusal becomes."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from vinloop.kernel.web.words import sentences


def test_sentences_follow_one_another_as_the_language_writes() -> None:
    with translation.override("en"):
        assert sentences("One.", "Two.") == "One. Two."
    with translation.override("zh-hans"):
        assert sentences("一。", "二。") == "一。二。"


@pytest.mark.django_db
def test_the_address_of_a_button_says_that_it_is_no_page() -> None:
    response = Client(headers={"accept-language": "en", "accept": "text/html"}).get(reverse("set_language"))
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "This address is not a page" in response.content.decode()
