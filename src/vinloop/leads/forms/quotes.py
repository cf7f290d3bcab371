"""What is typed about a price named to a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import Money, parse_money
from vinloop.kernel.web.fields import SuggestingInput, suggest
from vinloop.leads.forms.showroom import model_choices, offer
from vinloop.leads.models import Lead
from vinloop.vehicles.queries import catalogue
from vinloop.vehicles.words import trim_words, trims_of

TRIM_HELP = _("Choose one of the list, or type another.")


def price_help(currency: str) -> str:
    """What a bare figure means: not every dealer names prices in the currency of the catalogue."""
    hint = gettext("In %(currency)s; 15.8万 is fine. For another currency write it in front: EUR 20,000.")
    return hint % {"currency": currency}


class QuoteForm(forms.Form):
    """A quote note."""

    model = forms.ChoiceField(label=_("Model"))
    trim = forms.CharField(
        label=_("Trim"), max_length=80, required=False, widget=SuggestingInput("model"), help_text=TRIM_HELP
    )
    price = forms.CharField(
        label=_("Price"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = lead.currency
        self.fields["price"].help_text = price_help(lead.currency)
        offer(self, "model", model_choices()[1:])
        suggest(self, "trim", trims_of({str(each.id): each for each in catalogue().active_models()}))

    @classmethod
    def start(cls, lead: Lead) -> dict[str, Any]:
        """The form's values for a lead."""
        return {"model": lead.car_model_id, "trim": trim_words(lead.car_model, lead.trim)}

    def clean_price(self) -> Money:
        """Read the amount."""
        money = parse_money(self.cleaned_data["price"], self.currency)
        if money is None or money.minor <= 0:
            raise ValidationError(gettext("This is no price."))
        return money
