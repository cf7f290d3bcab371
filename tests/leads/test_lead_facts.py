"""How the facts of a lead read."""

import pytest
from django.utils import translation

from vinloop.leads.views.lead_facts import timeframe_words


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("7 days", "≤ 7 days", "≤ 7 天"),
        ("90 days", "≤ 90 days", "≤ 90 天"),
        ("later, about 180 days", "Later", "以后再说"),
        ("when the lease ends", "when the lease ends", "when the lease ends"),
        ("within 30 days or so", "within 30 days or so", "within 30 days or so"),
        ("", "", ""),
    ],
)
def test_the_forms_timeframe_is_translated_and_a_persons_own_words_stay(
    written: str, english: str, chinese: str
) -> None:
    with translation.override("en"):
        assert timeframe_words(written) == english
    with translation.override("zh-hans"):
        assert timeframe_words(written) == chinese
