"""What is typed about an order, its delivery and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import Money, parse_money, parse_vin, readable_plate, suggest_vin
from vinloop.kernel.web.fields import SuggestingInput, suggest
from vinloop.leads.forms.quotes import TRIM_HELP, price_help
from vinloop.leads.forms.showroom import offer
from vinloop.leads.models import Lead
from vinloop.orders.actions import OrderInput
from vinloop.vehicles.queries import catalogue
from vinloop.vehicles.words import trim_words, trims_of

_DOUBT = _("The check digit does not fit: a character may be wrong. Compare it with the car, then tick the box.")


class OrderForm(forms.Form):
    """What the customer ordered."""

    model = forms.ChoiceField(label=_("Model"))
    trim = forms.CharField(
        label=_("Trim"), max_length=80, required=False, widget=SuggestingInput("model"), help_text=TRIM_HELP
    )
    colour = forms.CharField(label=_("Colour"), max_length=40, required=False)
    price = forms.CharField(
        label=_("Price"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    promised_date = forms.DateField(
        label=_("Delivery promised for"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = lead.currency
        self.fields["price"].help_text = price_help(lead.currency)
        models = catalogue().active_models(lead.brand_id)
        offer(self, "model", [(each.code, each.label) for each in models])
        suggest(self, "trim", trims_of({each.code: each for each in models}))

    @classmethod
    def start(cls, lead: Lead) -> dict[str, Any]:
        """What is known beforehand: the wanted car and the last quote."""
        quote = lead.quotes.select_related("car_model").order_by("-at").first()
        if quote is not None:
            price = f"{Money(quote.price, quote.currency).amount.normalize():f}"
            price = price if quote.currency == lead.currency else f"{quote.currency} {price}"
            return {
                "model": quote.car_model.code,
                "trim": trim_words(quote.car_model, quote.trim),
                "price": price,
            }
        return {
            "model": lead.car_model.code if lead.car_model else "",
            "trim": trim_words(lead.car_model, lead.trim),
        }

    def clean_price(self) -> Money:
        """Read the amount; a currency written with it counts."""
        money = parse_money(self.cleaned_data["price"], self.currency)
        if money is None or money.minor <= 0:
            raise forms.ValidationError(_("This is no price."))
        return money

    def order(self) -> OrderInput:
        """What the action is told."""
        said = self.cleaned_data
        return OrderInput(
            model_code=said["model"],
            price=said["price"].minor,
            currency=said["price"].currency,
            trim=said["trim"],
            colour=said["colour"],
            promised_date=said["promised_date"],
        )


class DeliveryForm(forms.Form):
    """The handover: which car, when, with which plate."""

    vin = forms.CharField(
        label=_("VIN"),
        max_length=30,
        help_text=_("17 characters, as in the registration document"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    delivery_date = forms.DateField(
        label=_("Handed over on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    plate = forms.CharField(label=_("Plate"), max_length=12, required=False, help_text=_("If it has one already"))
    is_vin_checked = forms.BooleanField(
        label=_("The VIN stands like this on the car"), required=False, widget=forms.HiddenInput
    )
    field_order = ("vin", "is_vin_checked", "delivery_date", "plate")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["delivery_date"] = today
        self.fields["delivery_date"].widget.attrs["max"] = today.isoformat()
        if self.data.get("is_vin_checked"):
            self.fields["is_vin_checked"].widget = forms.CheckboxInput()

    def clean_vin(self) -> str:
        """A misread VIN gets a proposal, not just a no."""
        text: str = self.cleaned_data["vin"]
        vin = parse_vin(text)
        if vin is not None:
            return str(vin)
        likely = suggest_vin(text)
        if likely is not None:
            raise forms.ValidationError(_("This is no VIN. Did you mean %(vin)s?"), params={"vin": str(likely)})
        raise forms.ValidationError(_("This is no VIN: it has 17 letters and digits, without I, O and Q."))

    def clean(self) -> dict[str, Any]:
        """A check digit that does not fit is a slip far more often than a foreign car: ask once."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        vin = parse_vin(said.get("vin", ""))
        if vin is not None and not vin.check_digit_ok and not said.get("is_vin_checked"):
            self.fields["is_vin_checked"].widget = forms.CheckboxInput()  # asked once it matters
            self.add_error("vin", _DOUBT)
        return said

    def handover(self) -> dict[str, Any]:
        """What the action is told."""
        return {name: self.cleaned_data[name] for name in ("vin", "delivery_date", "plate")}

    def clean_plate(self) -> str:
        """A plate must be one to be found by it later."""
        text: str = self.cleaned_data["plate"].strip()
        if text and readable_plate(text) is None:
            raise forms.ValidationError(_("This is no number plate."))
        return text


class CancelForm(forms.Form):
    """Why an order ends before the delivery."""

    note = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
