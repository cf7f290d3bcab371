"""Forms of the screens of sources and their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.connectors.tabular.records.rows import RecordFile
from vinloop.customers.actions.sources import SourceTerms
from vinloop.customers.models import Source
from vinloop.customers.standard.fields import FIELDS
from vinloop.kernel.models import Organisation

_COLUMN = "column_"


class SourceForm(forms.Form):
    """A system that keeps customers, and how far it is trusted."""

    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("Letters, digits, dots and dashes. It names the source for ever.")
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Source.Kind.choices)
    owner = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Organisation.objects.none(), empty_label=_("Choose …")
    )
    trust = forms.IntegerField(
        label=_("Trust"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("0 to 100: where sources disagree, the more trusted one is believed."),
    )
    country = forms.CharField(
        label=_("Country of numbers and addresses"),
        min_length=2,
        max_length=2,
        initial="CN",
        help_text=_("Two letters."),
    )
    is_active = forms.BooleanField(label=_("Takes files"), required=False, initial=True)

    def __init__(self, *args: Any, source: Source | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.fields["owner"]
        if isinstance(owners, forms.ModelChoiceField):
            owners.queryset = Organisation.objects.filter(is_active=True).order_by("path")
        if source is not None:
            del self.fields["code"], self.fields["owner"]

    @classmethod
    def start(cls, source: Source) -> dict[str, Any]:
        """The form's values for a known source."""
        return {name: getattr(source, name) for name in ("name", "kind", "trust", "country", "is_active")}

    def terms(self, mapping: Mapping[str, str]) -> SourceTerms:
        """What was entered, for the action."""
        data = self.cleaned_data
        return SourceTerms(
            name=data["name"],
            kind=data["kind"],
            trust=data["trust"],
            country=data["country"].upper(),
            mapping=mapping,
            is_active=data["is_active"],
        )


class RecordFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, TSV, Excel (.xlsx), vCard or JSON lines, up to 25 MB. Larger files: vinloop import."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.vcf,.json,.jsonl"}),
    )


class MappingForm(forms.Form):
    """What each column of the file means."""

    def __init__(self, data: Any = None, *, file: RecordFile, mapping: Mapping[str, str]) -> None:
        super().__init__(data)
        choices = [("", _("Keep as it is")), *((field.code, field.label) for field in FIELDS)]
        self._columns = file.columns
        for place, column in enumerate(file.columns):
            self.fields[f"{_COLUMN}{place}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=mapping.get(column, "")
            )

    def mapping(self) -> dict[str, str]:
        """Column → field, of the columns that mean something."""
        chosen = ((column, self.cleaned_data[f"{_COLUMN}{place}"]) for place, column in enumerate(self._columns))
        return {column: field for column, field in chosen if field}
