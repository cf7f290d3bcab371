"""Form fields that say in plain words what Django's say in its own."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeField(forms.SlugField):
    """A code for files and addresses."""

    default_error_messages = {"invalid": _("Use only letters, digits, dashes and underscores.")}
