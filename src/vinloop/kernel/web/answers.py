"""How a form page answers: shown, or shown again with what is wrong at the right field."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vinloop.kernel.refusals import Refused


def show_form(request: HttpRequest, template: str, form: Form, *, title: str, **context: Any) -> HttpResponse:
    """A page built on ``kernel/form.html``; 422 when the form came back with something wrong."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "form_title": title, **context}, status=status)


def refuse(form: Form, refusal: Refused) -> None:
    """Show at the right field why an action refused."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal.message))
