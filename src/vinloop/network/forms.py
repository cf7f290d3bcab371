"""The form of a dealer's page; territories are typed as lines, one place each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import fold, parse_phone
from vinloop.network.actions import DealerValues
from vinloop.network.models import DealerProfile
from vinloop.network.places import locate
from vinloop.vehicles.models import Brand


class DealerForm(forms.Form):
    """What headquarters knows of a dealer."""

    province = forms.CharField(label=_("Province"), max_length=60, required=False)
    city = forms.CharField(label=_("City"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    address_en = forms.CharField(label=_("Address in English"), max_length=300, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, help_text=_("Empty: the city's centre.")
    )
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    brands = forms.ModelMultipleChoiceField(
        label=_("Brands"), queryset=Brand.objects.filter(is_own=True), widget=forms.CheckboxSelectMultiple
    )
    lead_capacity = forms.IntegerField(
        label=_("Lead capacity"), min_value=0, max_value=100_000, help_text=_("Open leads the dealer can work on.")
    )
    weight = forms.FloatField(
        label=_("Weight"), min_value=0, max_value=10, help_text=_("1 is neutral; more favours the dealer.")
    )
    accepts_leads = forms.BooleanField(label=_("Takes leads"), required=False)
    territories = forms.CharField(
        label=_("Territories"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One per line: province city, or a province alone."),
    )

    @classmethod
    def start(cls, profile: DealerProfile) -> dict[str, Any]:
        """The form's values for an existing dealer."""
        plain = {name: getattr(profile, name) for name in cls.base_fields if name not in ("brands", "territories")}
        places = profile.organisation.territories.all()
        lines = "\n".join(f"{each.province} {each.city}".strip() for each in places)
        return plain | {"brands": [brand.pk for brand in profile.brands.all()], "territories": lines}

    def clean_phone(self) -> str:
        """Numbers are stored in one spelling (E.164)."""
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        number = parse_phone(text)
        if number is None:
            raise ValidationError(gettext("This is no phone number. Write it with its area code."))
        return number.e164

    def clean_territories(self) -> list[tuple[str, str]]:
        """Places as (province, city); a place of the table is written its way."""
        lines = [fold(line) for line in self.cleaned_data["territories"].splitlines()]
        return [_territory(line) for line in lines if line]

    def clean(self) -> dict[str, Any]:
        """A city of the table fills in its province and, without coordinates, its centre."""
        cleaned = super().clean() or self.cleaned_data
        place = locate(f"{cleaned.get('province', '')}{cleaned.get('city', '')}") or locate(cleaned.get("city", ""))
        if place and place.city:
            cleaned["province"], cleaned["city"] = place.province, place.city
            if cleaned.get("latitude") is None or cleaned.get("longitude") is None:
                cleaned["latitude"], cleaned["longitude"] = place.latitude, place.longitude
        return cleaned

    def values(self) -> DealerValues:
        """What was entered, for the action."""
        return DealerValues(**{name: self.cleaned_data[name] for name in DealerValues.__dataclass_fields__})


def _territory(line: str) -> tuple[str, str]:
    place = locate(line)
    if place:
        return place.province, place.city
    province, _space, city = line.partition(" ")
    return (province, city.strip()) if city else ("", province)
