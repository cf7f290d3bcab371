"""What an administrator may change about golden records: which rule decides a field first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.rules.survivorship import DEFAULT_RULE
from vinloop.kernel.settings import Setting, declare_settings

RULE_WORDS = {
    "trusted": _("most trusted source"),
    "recent": _("most recent record"),
    "frequent": _("most frequent value"),
    "complete": _("most complete value"),
}
_FIELD_WORDS = {
    "name": _("Name"),
    "gender": _("Gender"),
    "birth_date": _("Birth date"),
    "address": _("Address"),
}


def declare_survivorship() -> None:
    """One setting per field whose rule may be chosen."""
    declare_settings(
        *(
            Setting(
                name=f"customers.survivorship_{field}",
                kind="choice",
                default=rule,
                label=_FIELD_WORDS[field],
                hint=_("Which value wins when sources disagree. What a person confirmed always wins."),
                section=_("Golden record"),
                choices=tuple(RULE_WORDS.items()),
            )
            for field, rule in DEFAULT_RULE.items()
        )
    )
