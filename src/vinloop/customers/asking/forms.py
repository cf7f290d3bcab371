"""What a dealer says when it asks, and what headquarters says to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.customers.words import place_words

OTHER = ""


class AskForm(forms.Form):
    """Whom a dealer asks for, and why."""

    text = forms.CharField(
        label=_("Whom you look for"),
        max_length=254,
        help_text=_("The whole phone number, VIN, e-mail address or customer reference"),
    )
    reason = forms.CharField(
        label=_("Why you need the customer"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: is in our showroom now and says they bought at another dealer"),
    )


class DecideForm(forms.Form):
    """Grant one of those it may mean, for a time, or refuse."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Let the dealer see the customer")), ("refuse", _("Do not give the customer"))],
        widget=forms.RadioSelect,
    )
    customer = forms.ChoiceField(label=_("Customer"), required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to grant it without an end."),
    )
    answer = forms.CharField(
        label=_("Answer to the dealer"),
        max_length=300,
        required=False,
        help_text=_("Do not say whether somebody is known unless you grant it."),
    )

    def __init__(self, *args: Any, candidates: Sequence[Customer], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        named = [(each.ref, _named(each)) for each in candidates]
        nobody = _("None of them") if named else _("Nobody is known by this")
        self.fields["customer"] = forms.ChoiceField(
            label=_("Customer"), choices=[*named, (OTHER, nobody)], required=False
        )
        self._none_chosen = (
            _("Choose the customer the dealer may see.")
            if named
            else _("Nobody is known by this, so there is nothing to grant.")
        )

    def clean(self) -> dict[str, Any]:
        """A grant names a customer and does not end before it begins."""
        given = super().clean() or {}
        if given.get("decision") == "grant" and not given.get("customer"):
            self.add_error("customer", self._none_chosen)
        until = given.get("until")
        if until and until < self._today:
            self.add_error("until", _("This day is over."))
        return given


def _named(customer: Customer) -> str:
    return " · ".join(part for part in (customer.name, customer.ref, place_words(customer.city)) if part)
