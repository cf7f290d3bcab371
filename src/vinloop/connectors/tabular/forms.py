"""Forms of the import screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.tabular.mapping import FIELDS
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.kernel.languages import in_language
from vinloop.leads.queries.desk import campaigns, sources
from vinloop.vehicles.queries import catalogue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELD_LABELS = {
    "external_id": _("Reference of the source"),
    "source": _("Source"),
    "campaign": _("Campaign"),
    "name": _("Name"),
    "phone": _("Phone"),
    "phone2": _("Second phone"),
    "email": _("E-mail"),
    "city": _("City"),
    "address": _("Address"),
    "brand": _("Brand"),
    "model": _("Model"),
    "year": _("Model year"),
    "trim": _("Trim"),
    "vin": _("VIN"),
    "timeframe": _("When to buy"),
    "comments": _("Comments"),
    "consent": _("Consent"),
}
_COLUMN = "column_"


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), up to 25 MB and 200,000 rows, with the column names in the first row."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class PlanForm(forms.Form):
    """What each column means, and what counts where a row says nothing."""

    source = forms.ChoiceField(label=_("Source"))
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)

    def __init__(self, data: Any = None, *, headers: Sequence[str], plan: ImportPlan) -> None:
        start = {"source": plan.source, "campaign": plan.campaign, "brand": plan.brand}
        columns = {f"{_COLUMN}{field}": header for field, header in plan.mapping.items()}
        super().__init__(data, initial=start | columns)
        self._offer("source", [(each.code, each.label) for each in sources() if each.is_active], _("Choose …"))
        self._offer("campaign", [(each.code, each.label) for each in campaigns() if each.is_active], _("None"))
        own = [(each.code, in_language(each.name, each.name_en)) for each in catalogue().own_brands]
        self._offer("brand", own, _("None"))
        choices = [("", "–"), *((header, header) for header in headers)]
        for field in FIELDS:
            self.fields[f"{_COLUMN}{field}"] = forms.ChoiceField(
                label=FIELD_LABELS[field], choices=choices, required=False
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The choices of a column for each field."""
        return [field for field in self.visible_fields() if field.name.startswith(_COLUMN)]

    @property
    def defaults(self) -> list[forms.BoundField]:
        """What counts for rows without."""
        return [field for field in self.visible_fields() if not field.name.startswith(_COLUMN)]

    def _offer(self, name: str, known: list[tuple[str, str]], nothing: StrOrPromise) -> None:
        """Known names to choose from. What an earlier plan says stays on offer, unless it is only the default."""
        kept = str(self.initial[name])
        is_known = kept in ("", ImportPlan(mapping={}).source, *dict(known))
        extra = [] if is_known else [(kept, kept)]
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", nothing), *known, *extra]

    def plan(self, *, sheet: str | None, encoding: str | None, is_dry: bool) -> ImportPlan:
        """What was decided."""
        data = self.cleaned_data
        mapping = {field: data[f"{_COLUMN}{field}"] for field in FIELDS if data[f"{_COLUMN}{field}"]}
        return ImportPlan(
            mapping=mapping,
            source=data["source"],
            campaign=data["campaign"],
            brand=data["brand"],
            sheet=sheet,
            encoding=encoding,
            is_dry=is_dry,
        )

    def show(self, message: str, field: str) -> None:
        """Show a refusal at the field it is about."""
        column = f"{_COLUMN}{field}"
        self.add_error(column if column in self.fields else field if field in self.fields else None, message)
