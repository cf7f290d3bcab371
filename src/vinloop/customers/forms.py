"""What is corrected on a customer's page: one field at a time, and what they allow."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.customers.models import Consent, Customer
from vinloop.customers.queries import customers_named
from vinloop.kernel.access import Actor

FIELDS: dict[str, forms.Field] = {
    "name": forms.CharField(label=pgettext_lazy("customer", "Name"), max_length=200),
    "kind": forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices),
    "gender": forms.ChoiceField(label=_("Gender"), choices=Customer.Gender.choices, required=False),
    "birth_date": forms.DateField(
        label=_("Born on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    ),
    "province": forms.CharField(label=_("Province"), max_length=60, required=False),
    "city": forms.CharField(label=_("City"), max_length=80, required=False),
    "address": forms.CharField(label=_("Address"), max_length=300, required=False),
    "language": forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", "–"), ("zh-hans", _("Chinese")), ("en", _("English"))]
    ),
}


class FieldForm(forms.Form):
    """One field of a customer's record."""

    def __init__(self, *args: Any, field: str, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[field] = deepcopy(FIELDS[field])
        self.fields[field].widget.attrs["autofocus"] = True
        self.initial[field] = getattr(customer, field)


class ConsentForm(forms.Form):
    """What the customer allows, per channel, and where they said so; a channel nobody asked about stays as it is."""

    proof = forms.CharField(
        label=_("Where was it said"), max_length=150, help_text=_("For example: by phone today, signed form")
    )
    field_order = [*(f"consent_{value}" for value, _label in Consent.Channel.choices), "proof"]

    def __init__(self, *args: Any, known: dict[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel, label in Consent.Channel.choices:
            self.fields[f"consent_{channel}"] = forms.ChoiceField(
                label=label,
                choices=[("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
                required=False,
                initial="" if channel not in known else "yes" if known[channel] else "no",
            )
        self.order_fields(self.field_order)

    def answers(self, known: dict[str, bool]) -> dict[str, bool]:
        """The answers which differ from what was known."""
        given = {value: self.cleaned_data[f"consent_{value}"] for value, _label in Consent.Channel.choices}
        said = {channel: answer == "yes" for channel, answer in given.items() if answer}
        return {channel: answer for channel, answer in said.items() if known.get(channel) != answer}


class RelationForm(forms.Form):
    """Who belongs to a customer, and how: found by reference, or by the whole of a phone number or e-mail address."""

    how = forms.ChoiceField(
        label=_("How they belong together"),
        choices=[
            ("household", _("They live together")),
            ("employer", _("They work for this firm")),
            ("employer_of", _("This person works for them")),
            ("driver", _("They drive for them")),
            ("driver_of", _("This person drives for them")),
            ("other", _("Another way")),
        ],
    )
    who = forms.CharField(
        label=_("Who"), max_length=100, help_text=_("Reference, or the whole phone number or e-mail address")
    )

    def __init__(self, *args: Any, actor: Actor, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor, self._customer = actor, customer

    def clean_who(self) -> Customer:
        """The one customer it names, within the actor's sight."""
        text = self.cleaned_data["who"]
        found = [each for each in customers_named(self._actor, text)[:2] if each.pk != self._customer.pk]
        if len(found) != 1:
            raise forms.ValidationError(_("This must name one other customer. Their page shows the reference."))
        return found[0]

    @property
    def other(self) -> Customer:
        """Who it is."""
        other: Customer = self.cleaned_data["who"]
        return other

    @property
    def kind(self) -> str:
        """The kind of relation, whichever side the customer is on."""
        return str(self.cleaned_data["how"]).removesuffix("_of")

    @property
    def is_theirs(self) -> bool:
        """Whether the customer is the first of the two: the person, not the firm."""
        return not str(self.cleaned_data["how"]).endswith("_of")
