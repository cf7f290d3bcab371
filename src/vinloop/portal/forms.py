"""The forms of the public site: few fields, and errors that say what to do."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import normalise_email, parse_phone
from vinloop.leads.rules.submissions import TradeInInput
from vinloop.network.queries import NearDealer
from vinloop.portal.actions import Answers
from vinloop.portal.queries import ShownModel, chosen_dealer, city_label, dealer_choices
from vinloop.portal.silhouettes import paint_named

LONGEST_COMMENT = 2000
_CHANNELS = ("phone", "sms", "email", "wechat")
# A name that advertises would travel in our confirmation to whatever address was typed.
_ADVERT = re.compile(r"(?i)https?:|www\.|://|@|[<>]")

TIMEFRAMES = (
    ("", _("I don't know yet")),
    ("7 days", _("Within a week")),
    ("15 days", _("Within 15 days")),
    ("30 days", _("Within a month")),
    ("90 days", _("Within 3 months")),
    ("later, about 180 days", _("Later")),
)


class EnquiryForm(forms.Form):
    """I want to buy: whom to call about which car."""

    interest = forms.ChoiceField(
        label=_("I would like to"),
        choices=(("buy", _("Buy")), ("test-drive", _("Test drive"))),
        widget=forms.RadioSelect,
        required=False,
        initial="buy",
    )
    trim = forms.ChoiceField(label=_("Version"), required=False)
    name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    city = forms.CharField(
        label=_("City"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "list": "cities"}),
    )
    email = forms.CharField(
        label=_("E-mail (optional)"),
        max_length=254,
        required=False,
        help_text=_("We send you a confirmation and the link to your own page."),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )
    dealer = forms.ChoiceField(label=_("Dealer"), required=False)
    timeframe = forms.ChoiceField(
        label=_("When would you like to buy?"), choices=TIMEFRAMES, required=False, widget=forms.RadioSelect
    )
    has_trade_in = forms.BooleanField(label=_("I have a car to trade in"), required=False)
    trade_make = forms.CharField(label=_("Make"), max_length=60, required=False)
    trade_model = forms.CharField(label=_("Model"), max_length=60, required=False)
    trade_year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100, required=False)
    trade_km = forms.IntegerField(label=_("Kilometres driven"), min_value=0, max_value=2_000_000, required=False)
    comments = forms.CharField(
        label=_("Anything we should know? (optional)"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    allow_phone = forms.BooleanField(label=_("by phone"), required=False)
    allow_sms = forms.BooleanField(label=_("by SMS"), required=False)
    allow_email = forms.BooleanField(label=_("by e-mail"), required=False)
    allow_wechat = forms.BooleanField(label=_("by WeChat"), required=False)
    colour = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    website = forms.CharField(label=_("Leave this empty"), max_length=200, required=False)

    def __init__(self, shown: ShownModel, *args: Any, city: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        trims = [(trim.code, trim.label) for trim in shown.trims]
        self.trim_field.choices = [("", gettext("Not decided yet")), *trims]
        wished = str(self.data.get("dealer") or self.get_initial_for_field(self.dealer_field, "dealer") or "")
        self.dealer_field.choices = dealer_options(shown.model.brand_id, self._city(city), wished)
        for name in ("name", "phone", "city"):
            self.fields[name].error_messages["required"] = _REQUIRED[name]

    @property
    def trim_field(self) -> forms.ChoiceField:
        """The versions of this model."""
        return _choice(self.fields["trim"])

    @property
    def dealer_field(self) -> forms.ChoiceField:
        """The dealers near the buyer, or all."""
        return _choice(self.fields["dealer"])

    def _city(self, city: str) -> str:
        return str(self.data.get("city") or city)[:80]

    def clean_name(self) -> str:
        """A person's name, not an advertisement."""
        name = " ".join(self.cleaned_data["name"].split())
        if _ADVERT.search(name):
            raise ValidationError(gettext("Please write your name only."))
        return name

    def clean_phone(self) -> str:
        """A number somebody can call."""
        number = parse_phone(self.cleaned_data["phone"])
        if number is None:
            raise ValidationError(
                gettext("We can't call this number. Please check it; numbers from abroad begin with + and the country.")
            )
        return number.e164

    def clean_email(self) -> str:
        """An address, or nothing."""
        typed = self.cleaned_data["email"]
        address = normalise_email(typed) if typed else ""
        if address is None:
            raise ValidationError(_no_email())
        return address

    def clean_colour(self) -> str:
        """One of the colours shown, or nothing."""
        code = self.cleaned_data["colour"]
        return code if paint_named(code) else ""

    def clean(self) -> dict[str, Any]:
        """A trade-in has a make; who wants e-mail gives an address."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("has_trade_in") and not cleaned.get("trade_make") and "trade_make" not in self.errors:
            self.add_error("trade_make", gettext("Which make is your car?"))
        if cleaned.get("allow_email") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", gettext("Please give your e-mail address, or untick news by e-mail below."))
        return cleaned

    @property
    def is_from_machine(self) -> bool:
        """The field people do not see was filled in."""
        return bool(self.data.get("website"))

    def answers(self, language: str) -> Answers:
        """What was said, for the action."""
        said = self.cleaned_data
        trim = self.shown.trim(said["trim"])
        model = self.shown.model
        return Answers(
            name=said["name"],
            phone=said["phone"],
            city=said["city"],
            email=said["email"],
            interest=said["interest"] or "buy",
            brand=model.brand.code,
            model=model.code,
            model_label=model.label,
            trim=trim.label if trim else "",
            colour=said["colour"],
            timeframe=said["timeframe"],
            wished_dealer=said["dealer"],
            trade_in=self._trade_in(),
            comments=said["comments"],
            allowed=tuple(channel for channel in _CHANNELS if said[f"allow_{channel}"]),
            language=language,
        )

    def _trade_in(self) -> TradeInInput | None:
        said = self.cleaned_data
        if not said["has_trade_in"]:
            return None
        return TradeInInput(
            make=said["trade_make"],
            model=said["trade_model"],
            year=said["trade_year"],
            odometer_km=said["trade_km"],
        )


class CommentForm(forms.Form):
    """A message from the buyer's page."""

    text = forms.CharField(
        label=_("Your message"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3})
    )


class FarewellForm(forms.Form):
    """No longer interested; why is welcome, not asked for."""

    reason = forms.CharField(
        label=_("Would you tell us why? (optional)"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SlotForm(forms.Form):
    """A time chosen among the free ones."""

    starts_at = forms.CharField(max_length=40)

    def clean_starts_at(self) -> datetime:
        """An instant with its time zone."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["starts_at"])
        except ValueError as error:
            raise ValidationError(gettext("Please choose one of the times.")) from error
        if moment.tzinfo is None:
            raise ValidationError(gettext("Please choose one of the times."))
        return moment


_REQUIRED = {
    "name": _("How may we address you?"),
    "phone": _("We need a number to call you."),
    "city": _("Which city are you in? Then we find the dealer near you."),
}


def browser_words() -> dict[str, str]:
    """The same advice for the page's own script."""
    short = gettext("This number looks too short.")
    return {name: str(words) for name, words in _REQUIRED.items()} | {"phone_short": short, "email": _no_email()}


def _no_email() -> str:
    return gettext("This is no e-mail address. Please check it, or leave it empty.")


def dealer_options(brand_id: int, city: str, wished: str = "") -> list[tuple[str, str]]:
    """The dealers to choose from, nearest first, with the distance where it is known, and the one wished for."""
    near = dealer_choices(brand_id, city)
    chosen = chosen_dealer(brand_id, wished)
    if chosen is not None and chosen not in [each.dealer for each in near]:
        near = [NearDealer(chosen, None), *near]
    return [("", gettext("Recommend me a dealer")), *((each.dealer.code, _dealer_words(each)) for each in near)]


def _dealer_words(near: NearDealer) -> str:
    words = f"{near.dealer.label} · {city_label(near.dealer)}"
    if near.distance_km is None:
        return words
    return gettext("%(dealer)s, about %(km)s km") % {"dealer": words, "km": max(1, round(near.distance_km))}


def _choice(field: forms.Field) -> forms.ChoiceField:
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(field)
    return field
