"""Form fields that say in plain words what Django's say in its own, and a text with a list beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class CodeField(forms.SlugField):
    """A code for files and addresses."""

    default_error_messages = {"invalid": _("Use only letters, digits, dashes and underscores.")}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value to choose; with ``keys`` only while the field it depends on has one of these values."""

    value: str
    keys: tuple[str, ...] = ()


class SuggestingInput(forms.TextInput):
    """A text with a list to choose from; anything else may be typed."""

    suggestions: Iterable[Suggestion] = ()

    def __init__(self, depends_on: str = "", attrs: dict[str, Any] | None = None) -> None:
        tied = {"data-depends-on": depends_on} if depends_on else {}
        super().__init__({"autocomplete": "off", **tied, **(attrs or {})})

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The control, and its list after it."""
        name_of_list = f"{(attrs or {}).get('id', name)}_list"
        control = super().render(name, value, {**(attrs or {}), "list": name_of_list}, renderer)
        lines = ((each.value, " ".join(each.keys)) for each in self.suggestions)
        options = format_html_join("", '<option value="{}" data-for="{}"></option>', lines)
        return format_html('{}<datalist id="{}">{}</datalist>', control, name_of_list, options)


def suggest(form: forms.Form, name: str, suggestions: Iterable[Suggestion]) -> None:
    """Let a field of the form be chosen from these."""
    widget = form.fields[name].widget
    if isinstance(widget, SuggestingInput):
        widget.suggestions = list(suggestions)
