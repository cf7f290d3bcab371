"""What this corner declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.privacy.documents import house_data
from vinloop.customers.privacy.events import RequestNotFound
from vinloop.customers.privacy.own_data import own_data
from vinloop.customers.privacy.settings import declare_privacy_settings
from vinloop.customers.privacy.words import kind_words, purpose_words, reason_words, state_words
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field


def declare_privacy() -> None:
    """Called once when Django is ready. The kernel's data are erased before the customers' own, which point at them."""
    declare_personal_data(own_data(), house_data())
    declare_privacy_settings()
    register_problem(RequestNotFound, 404, "privacy-request-not-found", _("There is no such request"))
    for fact in ("PrivacyRequestOpened", "PrivacyRequestAnswered"):
        spell_field(f"customers.{fact}", "asked", kind_words)
    spell_field("customers.PrivacyRequestAnswered", "state", state_words)
    spell_field("customers.IdentityNumberShown", "reason", reason_words)
    spell_field("customers.ConsentRecorded", "purpose", purpose_words)
