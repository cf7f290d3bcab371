"""What this corner declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.privacy.documents import house_data
from vinloop.customers.privacy.events import RequestNotFound
from vinloop.customers.privacy.own_data import own_data
from vinloop.customers.privacy.panels import privacy_of
from vinloop.customers.privacy.requests import MANAGE
from vinloop.customers.privacy.retention import declare_own_rules, rule_words
from vinloop.customers.privacy.settings import declare_privacy_settings
from vinloop.customers.privacy.words import GIVEN_OUT, channel_words, kind_words, purpose_words, state_words
from vinloop.customers.queries import READ
from vinloop.customers.words import CONSENT_ANSWERS
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field
from vinloop.kernel.web.menu import MenuEntry, declare_menu
from vinloop.kernel.web.slots import fill_slot


def declare_privacy() -> None:
    """Called once when Django is ready. The kernel's data are erased before the customers' own, which point at them."""
    declare_personal_data(own_data(), house_data())
    declare_privacy_settings()
    declare_own_rules()
    register_problem(RequestNotFound, 404, "privacy-request-not-found", _("There is no such request"))
    declare_menu(
        MenuEntry(
            "customers.privacy", _("Requests by law"), "customers:privacy_list", "shield-lock", MANAGE, 505,
            kinds=("manufacturer",), group=_("Data"),
        )
    )  # fmt: skip
    fill_slot("customers.customer_page", privacy_of, permission=READ, position=90)
    for fact in ("PrivacyRequestOpened", "PrivacyRequestAnswered"):
        spell_field(f"customers.{fact}", "asked", kind_words)
    spell_field("customers.PrivacyRequestAnswered", "state", state_words)
    spell_field("customers.PurposeConsentRecorded", "purpose", purpose_words)
    spell_field("customers.PurposeConsentRecorded", "channel", channel_words)
    spell_field("customers.PurposeConsentRecorded", "answer", lambda code: CONSENT_ANSWERS.get(code, code))
    spell_field("customers.PersonalDataGivenOut", "form", lambda code: GIVEN_OUT.get(code, code))
    spell_field("customers.RetentionApplied", "rule", rule_words)
