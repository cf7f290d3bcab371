"""Headquarters keeps the catalogue: brands, models, trims and prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.refusals import Refused
from vinloop.vehicles.events import CatalogueChanged, CodeTaken
from vinloop.vehicles.facts import FIGURES
from vinloop.vehicles.models import Brand, CarModel
from vinloop.vehicles.queries import catalogue

MANAGE = "vehicles.catalogue:manage"


@dataclass(frozen=True, slots=True)
class BrandValues:
    """What an administrator says about a brand."""

    code: str
    name: str
    name_en: str = ""
    is_own: bool = True
    colours: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ModelValues:
    """What an administrator says about a model. Prices in minor units of ``currency``."""

    brand_id: int
    code: str
    name: str
    name_en: str = ""
    body: str = CarModel.Body.SEDAN
    drive: str = CarModel.Drive.PETROL
    tagline: str = ""
    tagline_en: str = ""
    facts: dict[str, float] = field(default_factory=dict)
    trims: list[dict[str, Any]] = field(default_factory=list)
    price_from: int | None = None
    currency: str = "CNY"
    upsell_to_id: int | None = None
    is_active: bool = True
    position: int = 0


def save_brand(*, actor: Actor, brand_id: int | None, values: BrandValues, at: datetime) -> Brand:
    """Add a brand (no id) or edit one. Raises ``CodeTaken``, ``Brand.DoesNotExist``, ``NotAllowed``."""
    actor.require(MANAGE)
    if Brand.objects.filter(code=values.code).exclude(pk=brand_id or 0).exists():
        raise CodeTaken
    brand = Brand.objects.select_for_update().get(pk=brand_id) if brand_id else Brand()
    if changed := _apply(brand, asdict(values)):
        brand.save()
        _announce(actor, Subject("vehicles.brand", brand.pk, actor.organisation_id), values.code, changed, at)
    return brand


def save_model(*, actor: Actor, model_id: int | None, values: ModelValues, at: datetime) -> CarModel:
    """Add a model (no id) or edit one. Raises ``Refused``, ``CarModel.DoesNotExist``, ``NotAllowed``."""
    actor.require(MANAGE)
    _refuse_figures(values.facts)
    if CarModel.objects.filter(code=values.code).exclude(pk=model_id or 0).exists():
        raise CodeTaken
    model = CarModel.objects.select_for_update().get(pk=model_id) if model_id else CarModel()
    if changed := _apply(model, asdict(values)):
        model.save()
        _announce(actor, Subject("vehicles.car_model", model.pk, actor.organisation_id), values.code, changed, at)
    return model


def _refuse_figures(facts: Mapping[str, float]) -> None:
    unknown = sorted(facts.keys() - FIGURES.keys())
    if unknown:
        words = {"name": unknown[0], "known": ", ".join(FIGURES)}
        text = _("“%(name)s” is no figure of the data sheet. Known are: %(known)s.") % words
        raise Refused("unknown_figure", text, "facts")


def _apply(row: Brand | CarModel, values: dict[str, Any]) -> tuple[str, ...]:
    """Set what differs and name it; for a new row everything counts as changed."""
    changed = tuple(name for name, value in values.items() if row.pk is None or getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _announce(actor: Actor, subject: Subject, code: str, changed: tuple[str, ...], at: datetime) -> None:
    record(CatalogueChanged(code=code, fields=changed), actor=actor, subject=subject, at=at)
    transaction.on_commit(catalogue.forget)
