"""What the public site keeps about people: nothing of its own; a buyer's page goes with their lead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import PersonalData


def portal_data() -> PersonalData:
    """Registered so that the answer to a person says it, too."""
    return PersonalData(
        code="portal",
        label=_("Public site"),
        tables=(),
        export=lambda _ids: [],
        erase=lambda _ids, _at: [],
    )
