"""A customer's cars, changed where they are shown: a car is added in a role, a role ends."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.card_views import get_known
from vinloop.customers.models import Customer
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.answers import carried_out, show_form
from vinloop.kernel.web.record import Crumb
from vinloop.vehicles.actions.stated import MANAGE, end_role, state_role
from vinloop.vehicles.models import Ownership
from vinloop.vehicles.role_forms import EndForm, RoleForm


@screen(MANAGE, methods=("GET", "POST"))
def role_add(request: ActorRequest, ref: str) -> HttpResponse:
    """Say that the customer owns, drives or pays for a car."""
    customer, now = get_known(request, ref), timezone.now()
    form = RoleForm(request.POST or None, today=timezone.localdate(now))

    def save() -> Ownership:
        return state_role(actor=request.actor, ref=customer.ref, at=now, **form.stated())

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Saved."))
        return redirect("customers:customer_page", customer.ref)
    return show_form(request, "kernel/form.html", form, title=_("Add a car"), **_around(customer))


@screen(MANAGE, methods=("GET", "POST"))
def role_end(request: ActorRequest, ref: str, ownership_id: int) -> HttpResponse:
    """Say that a part in a car has ended."""
    customer, now = get_known(request, ref), timezone.now()
    rows = Ownership.objects.select_related("vehicle__car_model__brand")
    held = rows.filter(pk=ownership_id, customer=customer, until__isnull=True).first()
    if held is None:
        raise Http404
    form = EndForm(request.POST or None, today=timezone.localdate(now), since=held.since)

    def save() -> Ownership:
        until = form.cleaned_data["until"]
        return end_role(actor=request.actor, ref=customer.ref, ownership_id=held.pk, until=until, at=now)

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Saved."))
        return redirect("customers:customer_page", customer.ref)
    subtitle = " · ".join(filter(None, (held.get_role_display(), held.vehicle.label, held.vehicle.vin)))
    return show_form(
        request, "kernel/form.html", form, title=_("End role"), form_subtitle=subtitle, **_around(customer)
    )


def _around(customer: Customer) -> dict[str, object]:
    page = reverse("customers:customer_page", args=[customer.ref])
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]
    return {"crumbs": crumbs, "cancel_url": page}
