"""Forms of the catalogue screens. Trims and figures are typed as lines, one per thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import Money, parse_money
from vinloop.kernel.web.fields import CodeField
from vinloop.vehicles.actions import BrandValues, ModelValues
from vinloop.vehicles.facts import FIGURES
from vinloop.vehicles.models import Brand, CarModel
from vinloop.vehicles.rules import name_key

_TRIM_PARTS = 4
_COLOUR_LENGTH = 40


class BrandForm(forms.Form):
    """A brand: its code never shows, its names do."""

    name = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    code = CodeField(label=_("Code"), max_length=40, help_text=_("Used in files and addresses."))
    is_own = forms.BooleanField(label=_("We sell this brand"), required=False)
    colours = forms.CharField(
        label=_("Colours"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One per line: Chinese name | English name"),
    )

    @classmethod
    def start(cls, brand: Brand) -> dict[str, Any]:
        """The form's values for an existing brand."""
        lines = "\n".join(" | ".join([each["name"], each.get("name_en", "")]) for each in brand.colours)
        return {name: getattr(brand, name) for name in cls.base_fields} | {"colours": lines}

    def clean_colours(self) -> list[dict[str, str]]:
        """Read one colour per line."""
        return [_read_colour(line) for line in self.cleaned_data["colours"].splitlines() if line.strip()]

    def values(self) -> BrandValues:
        """What was entered, for the action."""
        return BrandValues(**self.cleaned_data)


class ModelForm(forms.Form):
    """A model of the catalogue."""

    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.filter(is_own=True), empty_label=_("Choose …")
    )
    name = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    code = CodeField(label=_("Code"), max_length=40, help_text=_("Used in files and addresses."))
    body = forms.ChoiceField(label=_("Body"), choices=CarModel.Body.choices)
    drive = forms.ChoiceField(label=_("Powertrain"), choices=CarModel.Drive.choices)
    tagline = forms.CharField(label=_("Chinese tagline"), max_length=200, required=False)
    tagline_en = forms.CharField(label=_("English tagline"), max_length=200, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3, initial="CNY")
    price_from = forms.CharField(label=_("Price from"), max_length=20, required=False)
    trims = forms.CharField(
        label=_("Trims"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One per line: code | Chinese name | English name | price"),
    )
    facts = forms.CharField(
        label=_("Data sheet"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=_("One per line: figure = value"),
    )
    upsell_to = forms.ModelChoiceField(
        label=_("Suggest instead"),
        queryset=CarModel.objects.filter(is_active=True),
        required=False,
        empty_label=_("Nothing"),
    )
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=30000, initial=0)
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)

    @classmethod
    def start(cls, model: CarModel) -> dict[str, Any]:
        """The form's values for an existing model."""
        plain = {name: getattr(model, name) for name in cls.base_fields}
        trims = "\n".join(_trim_line(trim, model.currency) for trim in model.trims)
        facts = "\n".join(f"{name} = {value}" for name, value in model.facts.items())
        price = "" if model.price_from is None else _major(model.price_from, model.currency)
        return plain | {"trims": trims, "facts": facts, "price_from": price}

    def clean_currency(self) -> str:
        """Currencies are three capital letters (ISO 4217)."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Read prices in the chosen currency and the lines of trims and figures."""
        cleaned = super().clean() or self.cleaned_data
        for name, read in (("price_from", _read_price), ("trims", _read_trims), ("facts", _read_facts)):
            try:
                cleaned[name] = read(cleaned.get(name, ""), cleaned.get("currency", "CNY"))
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def values(self) -> ModelValues:
        """What was entered, for the action."""
        data = dict(self.cleaned_data)
        upsell = data.pop("upsell_to")
        return ModelValues(brand_id=data.pop("brand").pk, upsell_to_id=upsell.pk if upsell else None, **data)


def _major(minor: int, currency: str) -> str:
    return str(Money(minor, currency).amount)


def _trim_line(trim: dict[str, Any], currency: str) -> str:
    price = "" if trim.get("price") is None else _major(trim["price"], currency)
    return " | ".join([trim["code"], trim["name"], trim.get("name_en", ""), price])


def _read_price(text: str, currency: str) -> int | None:
    if not text.strip():
        return None
    money = parse_money(text, currency)
    if money is None or money.currency != currency or money.minor < 0:
        raise ValidationError(gettext("“%(text)s” is no price."), params={"text": text})
    return money.minor


def _read_trims(text: str, currency: str) -> list[dict[str, Any]]:
    return [_read_trim(line, currency) for line in text.splitlines() if line.strip()]


def _read_trim(line: str, currency: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != _TRIM_PARTS or not parts[1]:
        message = gettext("“%(line)s”: write code | Chinese name | English name | price.")
        raise ValidationError(message, params={"line": line})
    code, name, name_en, price = parts
    return {"code": code or name_key(name), "name": name, "name_en": name_en, "price": _read_price(price, currency)}


def _read_colour(line: str) -> dict[str, str]:
    name, _bar, name_en = (part.strip() for part in line.partition("|"))
    if not name or "|" in name_en or max(len(name), len(name_en)) > _COLOUR_LENGTH:
        message = gettext("“%(line)s”: write Chinese name | English name.")
        raise ValidationError(message, params={"line": line})
    return {"name": name, "name_en": name_en}


def _read_facts(text: str, currency: str) -> dict[str, float]:
    return dict(_read_fact(line) for line in text.splitlines() if line.strip())


def _read_fact(line: str) -> tuple[str, float]:
    name, _equals, value = (part.strip() for part in line.partition("="))
    if name not in FIGURES:
        message = gettext("“%(name)s” is no figure of the data sheet. Known are: %(known)s.")
        raise ValidationError(message, params={"name": name, "known": ", ".join(FIGURES)})
    try:
        number = float(value)
    except ValueError as error:
        raise ValidationError(gettext("“%(line)s” has no number."), params={"line": line}) from error
    return name, int(number) if number.is_integer() else number
