"""Forms of the lists administrators keep: reasons, sources, campaigns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers import Money, parse_money
from vinloop.kernel.web.fields import CodeField
from vinloop.leads.actions.catalogue import CampaignInput, ReasonInput, SourceInput
from vinloop.leads.models import Campaign, LeadSource, ReasonCode
from vinloop.leads.models.lead import Labelled


class LabelledForm(forms.Form):
    """What every entry of such a list has."""

    name = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    code = CodeField(label=_("Code"), max_length=60, help_text=_("Used in files and addresses; it never changes."))
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=30_000, initial=0)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, row: Labelled | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["code"]

    @classmethod
    def start(cls, row: Labelled) -> dict[str, Any]:
        """The form's values for an existing entry."""
        return {name: getattr(row, name) for name in cls.base_fields}

    def data_for(self, row: Labelled | None) -> dict[str, Any]:
        """What was entered, with the code of an existing entry."""
        return self.cleaned_data if row is None else {**self.cleaned_data, "code": row.code}


class ReasonForm(LabelledForm):
    """A reason code."""

    kind = forms.ChoiceField(label=_("For"), choices=ReasonCode.Kind.choices, widget=forms.RadioSelect)
    asks_competitor = forms.BooleanField(label=_("Ask for the competitor"), required=False)
    field_order = ("kind", "name", "name_en", "code", "asks_competitor", "position", "is_active")

    def __init__(self, *args: Any, row: Labelled | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is not None:
            del self.fields["kind"]

    def values(self, row: ReasonCode | None) -> ReasonInput:
        """What was entered, for the action."""
        data = self.data_for(row)
        return ReasonInput(**(data if row is None else {**data, "kind": row.kind}))


class SourceForm(LabelledForm):
    """A lead source."""

    family = forms.ChoiceField(label=_("Kind of source"), choices=LeadSource.Family.choices)
    field_order = ("name", "name_en", "code", "family", "position", "is_active")

    def values(self, row: LeadSource | None) -> SourceInput:
        """What was entered, for the action."""
        return SourceInput(**self.data_for(row))


class CampaignForm(LabelledForm):
    """A campaign with its days and its cost."""

    starts_on = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    cost = forms.CharField(
        label=_("Cost"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="CNY")
    field_order = (
        "name", "name_en", "code", "starts_on", "ends_on", "cost", "currency", "position", "is_active",
    )  # fmt: skip

    @classmethod
    def start(cls, row: Labelled) -> dict[str, Any]:
        """The form's values for an existing campaign."""
        values = super().start(row)
        if isinstance(row, Campaign):
            values["cost"] = f"{Money(row.cost, row.currency).amount.normalize():f}"
        return values

    def clean_currency(self) -> str:
        """Currencies are three capital letters (ISO 4217)."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Read the cost in the chosen currency."""
        cleaned = super().clean() or self.cleaned_data
        text = str(cleaned.get("cost") or "0")
        money = parse_money(text, cleaned.get("currency", "CNY"))
        if money is None or money.minor < 0:
            self.add_error("cost", _("Write an amount, like 150000 or 15万."))
        else:
            cleaned["cost"] = money.minor
        return cleaned

    def values(self, row: Campaign | None) -> CampaignInput:
        """What was entered, for the action."""
        return CampaignInput(**self.data_for(row))
