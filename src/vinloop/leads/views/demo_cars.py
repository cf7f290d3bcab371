"""The cars a dealer keeps for test drives, to add and to change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.leads.actions.demo_cars import save_demo_car
from vinloop.leads.forms.test_drives import DemoCarForm
from vinloop.leads.models import DemoCar
from vinloop.leads.queries.test_drives import demo_cars_of, get_demo_car
from vinloop.leads.views.refusals import carried_out

MANAGE = "leads.demo_car:manage"


@screen(MANAGE)
def demo_car_list(request: ActorRequest) -> HttpResponse:
    """The demo cars of the reader's dealer."""
    cars = demo_cars_of(request.actor.organisation_id)
    new_url = reverse("dealer:demo_car_new")
    listing = Listing(
        key="demo-cars",
        title=_("Demo cars"),
        columns=[
            Column("model", _("Model")),
            Column("plate", _("Number plate")),
            Column("vin", _("VIN"), is_on_phone=False),
            Column("state", _("State")),
        ],
        rows=[_row(car) for car in cars],
        address=Address.of(request),
        empty=EmptyState(
            title=_("No demo cars yet"),
            text=_("Test drives are booked with a demo car. Add the first one."),
            icon="car",
            action_label=_("Add a demo car"),
            action_url=new_url,
        ),
        count=len(cars),
    )
    context = {
        "listing": listing,
        "primary_action": Action(_("Add a demo car"), new_url, is_primary=True, icon="plus"),
        "crumbs": [Crumb(_("Test drives"), reverse("dealer:test_drives"))],
    }
    return render(request, "kernel/list.html", context)


@screen(MANAGE, methods=("GET", "POST"))
def demo_car_form(request: ActorRequest, car_id: int | None = None) -> HttpResponse:
    """Add a demo car, or change one."""
    car = _car(request, car_id) if car_id is not None else None
    form = DemoCarForm(request.POST or None, initial=DemoCarForm.start(car) if car else None)

    def save() -> DemoCar:
        return save_demo_car(actor=request.actor, car_id=car_id, values=form.values(), at=timezone.now())

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Saved."))
        return redirect("dealer:demo_cars")
    url = reverse("dealer:demo_cars")
    title = f"{car.car_model.label} · {car.plate_shown}" if car else _("New demo car")
    return show_form(
        request, "kernel/form.html", form, title=title, cancel_url=url, crumbs=[Crumb(_("Demo cars"), url)]
    )


def _row(car: DemoCar) -> Row:
    state = cells.badge(_("Can be booked"), "good") if car.is_active else cells.badge(_("Out of use"), "muted")
    url = reverse("dealer:demo_car", args=[car.pk])
    return Row(url, [car.car_model.label, car.plate_shown, car.vin or cells.nothing(), state], label=car.plate_shown)


def _car(request: ActorRequest, car_id: int) -> DemoCar:
    try:
        return get_demo_car(request.actor, car_id)
    except DemoCar.DoesNotExist as error:
        raise Http404 from error
