"""What is typed about a customer's part in a car."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import parse_vin, readable_plate, suggest_vin
from vinloop.vehicles.models import Ownership

_DOUBT = _("The check digit does not fit: a character may be wrong. Compare it with the car, then tick the box.")


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


class RoleForm(forms.Form):
    """Which car, in which role, since when."""

    car = forms.CharField(
        label=_("VIN or plate"),
        max_length=30,
        help_text=_("The VIN has 17 characters. A plate is enough for a car you see already."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    is_vin_checked = forms.BooleanField(
        label=_("The VIN stands like this on the car"), required=False, widget=forms.HiddenInput
    )
    role = forms.ChoiceField(label=_("Role"), choices=Ownership.Role.choices, widget=forms.RadioSelect)
    since = _day(_("Since"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"role": Ownership.Role.OWNER, "since": today, **self.initial}
        self.fields["since"].widget.attrs["max"] = today.isoformat()
        if self.data.get("is_vin_checked"):
            self.fields["is_vin_checked"].widget = forms.CheckboxInput()

    def clean_car(self) -> str:
        """A misread VIN gets a proposal, not just a no."""
        text: str = self.cleaned_data["car"]
        if parse_vin(text) is not None or readable_plate(text) is not None:
            return text
        likely = suggest_vin(text)
        if likely is not None:
            raise forms.ValidationError(_("This is no VIN. Did you mean %(vin)s?"), params={"vin": str(likely)})
        raise forms.ValidationError(_("This is neither a VIN nor a number plate."))

    def clean(self) -> dict[str, Any]:
        """A check digit that does not fit is a slip far more often than a foreign car: ask once."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        vin = parse_vin(said.get("car", ""))
        if vin is not None and not vin.check_digit_ok and not said.get("is_vin_checked"):
            self.fields["is_vin_checked"].widget = forms.CheckboxInput()
            self.add_error("car", _DOUBT)
        return said

    def stated(self) -> dict[str, Any]:
        """What the action is told."""
        return {name: self.cleaned_data[name] for name in ("car", "role", "since")}


class EndForm(forms.Form):
    """Until when."""

    until = _day(_("Until"), _("The car stays on the page as a former one."))

    def __init__(self, *args: Any, today: date, since: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"until": today, **self.initial}
        self.fields["until"].widget.attrs |= {"min": since.isoformat(), "max": today.isoformat()}
