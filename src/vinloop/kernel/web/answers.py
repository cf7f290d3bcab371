"""How a form page answers: shown, or shown again with what is wrong at the right field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vinloop.kernel.refusals import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def show_form(request: HttpRequest, template: str, form: Form, *, title: str, **context: Any) -> HttpResponse:
    """A page built on ``kernel/form.html``; 422 when the form came back with something wrong."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "form_title": title, **context}, status=status)


def refuse(form: Form, refusal: Refused) -> None:
    """Show at the right field why an action refused."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal.message))


def carried_out(form: Form, action: Callable[[], object]) -> bool:
    """Do what the form asks, all or nothing; a refusal is shown at its field and leaves nothing behind."""
    try:
        with transaction.atomic():
            action()
    except Refused as refusal:
        refuse(form, refusal)
        return False
    return True


def attempt(request: HttpRequest, action: Callable[[], object], success: StrOrPromise) -> bool:
    """Do what a button asks, all or nothing, and say on the next page how it went."""
    try:
        with transaction.atomic():
            action()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return False
    messages.success(request, str(success))
    return True
