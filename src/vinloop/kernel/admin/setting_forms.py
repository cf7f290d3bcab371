"""One setting as a form: the control its kind needs, and the text the action reads."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.settings import Entry, Setting

_STEPS = {"int": "1", "minutes": "1", "float": "any", "percent": "any"}


class SettingForm(forms.Form):
    """A form with a field ``value``."""

    def value_text(self) -> str:
        """What was typed, as ``read_value`` takes it."""
        return str(self.cleaned_data["value"])


class TableForm(SettingForm):
    """A field for each number of a table, called as the action names it in a refusal."""

    names: tuple[str, ...] = ()

    def value_text(self) -> str:
        """The table as JSON."""
        return json.dumps({name: _plain(self.cleaned_data[_field_name(name)]) for name in self.names})


def form_for(setting: Setting, value: Any, data: QueryDict | None) -> SettingForm:
    """The form for a setting, showing ``value``."""
    if setting.kind == "table":
        return _table_form(setting, value, data)
    form = SettingForm(data)
    form.fields["value"] = _field(setting, value)
    return form


def _field(setting: Setting, value: Any) -> forms.Field:
    if setting.kind == "list":
        value = ", ".join(f"{number:g}" for number in value)
    words: dict[str, Any] = {"label": _("Value"), "help_text": setting.hint, "initial": value}
    if setting.kind == "bool":
        return forms.BooleanField(required=False, **words)
    if setting.kind == "choice":
        return forms.ChoiceField(choices=setting.choices, **words)
    if setting.kind in _STEPS:
        limits = {"min": setting.minimum, "max": setting.maximum, "step": _STEPS[setting.kind]}
        attributes = {name: limit for name, limit in limits.items() if limit is not None}
        return forms.CharField(max_length=30, widget=forms.NumberInput(attributes), **words)
    if setting.name.endswith("accent"):
        return forms.CharField(max_length=20, widget=forms.TextInput({"type": "color"}), **words)
    return forms.CharField(max_length=500, required=setting.kind == "list", **words)


def _table_form(setting: Setting, value: Any, data: QueryDict | None) -> TableForm:
    form = TableForm(data)
    form.names = tuple(entry.name for entry in setting.all_entries)
    for entry in setting.all_entries:
        limits = {"min": entry.minimum, "max": entry.maximum, "step": "1" if setting.is_whole else "any"}
        form.fields[_field_name(entry.name)] = forms.FloatField(
            label=str(entry.label),
            help_text=" ".join(str(words) for words in (entry.hint, _range_words(entry)) if words),
            initial=_plain(value[entry.name]) if entry.name in value else None,
            widget=forms.NumberInput({name: limit for name, limit in limits.items() if limit is not None}),
        )
    return form


def _field_name(name: str) -> str:
    return f"value/{name}"


def _range_words(entry: Entry) -> str:
    least, most = entry.minimum, entry.maximum
    if least is not None and most is not None:
        return _now("From %(least)g to %(most)g.") % {"least": least, "most": most}
    if least is not None:
        return _now("At least %(limit)g.") % {"limit": least}
    return "" if most is None else _now("At most %(limit)g.") % {"limit": most}


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number
