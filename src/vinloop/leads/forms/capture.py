"""The quick form of hotline and event staff: few fields, most of them chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vinloop.kernel.settings import get_setting
from vinloop.leads.forms.leads import offer
from vinloop.leads.models import Lead
from vinloop.leads.queries.desk import campaigns, sources
from vinloop.leads.rules.companies import kind_of
from vinloop.leads.rules.submissions import ConsentInput, CustomerInput, InterestInput, Submission
from vinloop.vehicles.queries import catalogue

_PHONE = {
    "inputmode": "tel",
    "autocomplete": "off",
    "autofocus": True,
    "hx-get": reverse_lazy("leads:capture_known"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#known",
}


class CaptureForm(forms.Form):
    """Who is interested, in which car, and where they were met."""

    phone = forms.CharField(label=_("Phone"), max_length=40, widget=forms.TextInput(attrs=_PHONE), required=False)
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    model = forms.ChoiceField(label=_("Interested in"))
    interest = forms.ChoiceField(
        label=_("Wants to"),
        choices=[each for each in Lead.Interest.choices if each[0] != Lead.Interest.SELL],
        initial=Lead.Interest.BUY,
        widget=forms.RadioSelect,
    )
    days = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    source = forms.ChoiceField(label=_("How they reached us"), widget=forms.RadioSelect)
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    comments = forms.CharField(
        label=_("Comment"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    may_call = forms.BooleanField(label=_("Agrees to be called"), required=False)

    def __init__(self, *args: Any, families: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "model", _models())
        offer(self, "days", _timeframes())
        found = [(each.code, each.label) for each in sources() if each.is_active and each.family in families]
        offer(self, "source", found or [("hotline", _now("Hotline"))])
        offer(self, "campaign", [("", _now("None")), *((e.code, e.label) for e in campaigns() if e.is_active)])
        if found and len(found) == 1:
            self.fields["source"].initial = found[0][0]

    def submission(self) -> Submission:
        """What capture is handed."""
        said = self.cleaned_data
        brand, _colon, model = said["model"].partition(":")
        return Submission(
            source=said["source"],
            campaign=said["campaign"],
            customer=CustomerInput(
                name=said["name"],
                kind=kind_of(said["name"]),
                phones=[said["phone"]] if said["phone"] else [],
                emails=[said["email"]] if said["email"] else [],
                city=said["city"],
            ),
            interest=InterestInput(kind=said["interest"], brand=brand, model=model),
            timeframe=f"{said['days']} days" if said["days"] else "",
            comments=said["comments"],
            consent=ConsentInput(phone=True, proof=f"asked: {said['source']}") if said["may_call"] else ConsentInput(),
        )


def _models() -> list[tuple[str, str]]:
    """Each brand's models by ``brand:model`` code, the brand alone for those who have not decided."""
    known = catalogue()
    return [
        choice
        for brand in known.own_brands
        for choice in [
            *((f"{brand.code}:{each.code}", each.label) for each in known.active_models(brand.id)),
            (f"{brand.code}:", _now("%(brand)s, model not decided") % {"brand": brand.label}),
        ]
    ]


def _timeframes() -> list[tuple[str, str]]:
    limits = sorted(int(days) for days in get_setting("leads.level_days").values())
    words = [(str(days), ngettext("%(n)s day", "%(n)s days", days) % {"n": f"≤ {days}"}) for days in limits]
    return [*words, ("365", _now("Later")), ("", _now("Not said"))]
