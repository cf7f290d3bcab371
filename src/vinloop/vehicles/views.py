"""Screens of the catalogue: lists of models and brands, and their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.identifiers import Money
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import carried_out
from vinloop.kernel.web.listing import EmptyState, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.vehicles.actions import save_brand, save_model
from vinloop.vehicles.forms import BrandForm, ModelForm
from vinloop.vehicles.models import Brand, CarModel
from vinloop.vehicles.queries import list_models

MANAGE = "vehicles.catalogue:manage"


@screen(MANAGE)
def model_list(request: ActorRequest) -> HttpResponse:
    """All models, those on sale first."""
    models = sorted(list_models(), key=lambda model: not model.is_active)
    listing = Listing(
        key="car-models",
        title=_("Catalogue"),
        columns=[
            Column("model", _("Model")),
            Column("brand", _("Brand")),
            Column("body", _("Body")),
            Column("drive", _("Powertrain")),
            Column("trims", _("Trims"), align="end"),
            Column("price", _("Price from"), align="end"),
            Column("state", _("State")),
        ],
        rows=[_model_row(model) for model in models],
        address=Address.of(request),
        empty=EmptyState(
            title=_("No models yet"),
            text=_("Models appear on the public site and can be chosen in leads and orders."),
            icon="car",
            action_label=_("New model"),
            action_url=reverse("vehicles:model_new"),
        ),
        views=_tabs(on_models=True),
        count=len(models),
    )
    new = Action(_("New model"), reverse("vehicles:model_new"), is_primary=True, icon="plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new})


@screen(MANAGE)
def brand_list(request: ActorRequest) -> HttpResponse:
    """All brands, our own first."""
    brands = list(Brand.objects.order_by("-is_own", "code"))
    listing = Listing(
        key="brands",
        title=_("Brands"),
        columns=[Column("brand", _("Brand")), Column("code", _("Code")), Column("own", _("State"))],
        rows=[_brand_row(brand) for brand in brands],
        address=Address.of(request),
        empty=EmptyState(title=_("No brands yet"), text=_("A brand groups models and dealers."), icon="car"),
        views=_tabs(on_models=False),
        count=len(brands),
    )
    new = Action(_("New brand"), reverse("vehicles:brand_new"), is_primary=True, icon="plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new})


@screen(MANAGE, methods=("GET", "POST"))
def model_form(request: ActorRequest, code: str = "") -> HttpResponse:
    """Add a model, or edit one."""
    model = get_object_or_404(CarModel, code=code) if code else None
    form = ModelForm(request.POST or None, initial=ModelForm.start(model) if model else None)

    def save(at: Any) -> CarModel:
        return save_model(actor=request.actor, model_id=model.pk if model else None, values=form.values(), at=at)

    title = model.label if model else _("New model")
    return _show_or_save(request, form, save, title=title, back="vehicles:model_list")


@screen(MANAGE, methods=("GET", "POST"))
def brand_form(request: ActorRequest, code: str = "") -> HttpResponse:
    """Add a brand, or edit one."""
    brand = get_object_or_404(Brand, code=code) if code else None
    form = BrandForm(request.POST or None, initial=BrandForm.start(brand) if brand else {"is_own": True})

    def save(at: Any) -> Brand:
        return save_brand(actor=request.actor, brand_id=brand.pk if brand else None, values=form.values(), at=at)

    title = brand.label if brand else _("New brand")
    return _show_or_save(request, form, save, title=title, back="vehicles:brand_list")


def _show_or_save(
    request: ActorRequest, form: forms.Form, save: Callable[[Any], object], *, title: str, back: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: save(timezone.now())):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse(back))
    context = {"form": form, "form_title": title, "cancel_url": reverse(back)}
    context["crumbs"] = [Crumb(_("Catalogue"), reverse(back))]
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


def _model_row(model: CarModel) -> Row:
    price = None if model.price_from is None else Money(model.price_from, model.currency)
    return Row(
        url=reverse("vehicles:model_edit", args=[model.code]),
        cells=[
            cells.two_lines(model.label, model.code),
            model.brand.label,
            model.get_body_display(),
            model.get_drive_display(),
            str(len(model.trims)),
            cells.money(price),
            cells.badge(_("On sale"), "good") if model.is_active else cells.badge(_("Not on sale"), "muted"),
        ],
        label=model.label,
    )


def _brand_row(brand: Brand) -> Row:
    state = cells.badge(_("Our brand"), "good") if brand.is_own else cells.badge(_("Other make"), "muted")
    return Row(reverse("vehicles:brand_edit", args=[brand.code]), [brand.label, brand.code, state], label=brand.label)


def _tabs(*, on_models: bool) -> list[SavedView]:
    return [
        SavedView(_("Models"), reverse("vehicles:model_list"), on_models),
        SavedView(_("Brands"), reverse("vehicles:brand_list"), not on_models),
    ]
