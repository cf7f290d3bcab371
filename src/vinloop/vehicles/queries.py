"""Reads of the vehicles room: the catalogue, kept for ten seconds, and cars as the actor may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from vinloop.kernel import search
from vinloop.kernel.access import Actor
from vinloop.kernel.caches import Remembered
from vinloop.kernel.identifiers import parse_vin
from vinloop.kernel.languages import in_language
from vinloop.vehicles.models import Brand, CarModel, Ownership, Vehicle
from vinloop.vehicles.rules import Name, best_name, name_key, without_year, words_of


@dataclass(frozen=True, slots=True)
class BrandFact:
    """A brand of the catalogue."""

    id: int
    code: str
    name: str
    name_en: str
    is_own: bool
    colours: Sequence[Mapping[str, str]] = ()

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A model of the catalogue, as far as choosing and matching need it."""

    id: int
    brand_id: int
    code: str
    name: str
    name_en: str
    is_active: bool
    upsell_to_id: int | None
    trims: Sequence[Mapping[str, Any]] = ()

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True)
class Catalogue:
    """All brands and models at one moment, in the order of the showroom."""

    brands: Mapping[int, BrandFact]
    models: Mapping[int, ModelFact]

    @cached_property
    def brand_keys(self) -> dict[str, int]:
        """Brand ids by every spelling of their names; the older brand wins."""
        keys: dict[str, int] = {}
        for brand in self.brands.values():
            for spelling in (brand.code, brand.name, brand.name_en, brand.name + brand.name_en):
                keys.setdefault(name_key(spelling), brand.id)
            keys.setdefault(name_key(brand.name_en + brand.name), brand.id)
        keys.pop("", None)
        return keys

    @cached_property
    def model_names(self) -> dict[int, list[Name]]:
        """Every spelling of every model by brand."""
        names: dict[int, list[Name]] = {brand_id: [] for brand_id in self.brands}
        for model in self.models.values():
            names[model.brand_id] += _spellings(model, self.brands[model.brand_id])
        return names

    @cached_property
    def colours(self) -> dict[str, tuple[str, str]]:
        """Both names of each colour by either of them; the older brand wins."""
        pairs = [(each["name"], each.get("name_en", "")) for brand in self.brands.values() for each in brand.colours]
        known: dict[str, tuple[str, str]] = {}
        for pair in pairs:
            for spelling in pair:
                known.setdefault(name_key(spelling), pair)
        known.pop("", None)
        return known

    @property
    def own_brands(self) -> list[BrandFact]:
        """The brands the manufacturer sells."""
        return [brand for brand in self.brands.values() if brand.is_own]

    def active_models(self, brand_id: int | None = None) -> list[ModelFact]:
        """The models on sale, of one brand or of all."""
        return [m for m in self.models.values() if m.is_active and brand_id in (None, m.brand_id)]

    def model_by_code(self, code: str) -> ModelFact | None:
        """The model with this code, whatever its case."""
        key = name_key(code)
        return next((m for m in self.models.values() if name_key(m.code) == key), None)


def _spellings(model: ModelFact, brand: BrandFact) -> list[Name]:
    """With the brand before the model's name and without: Aurora S and S, 曙光 S and S."""
    marks = {words_of(text) for text in (brand.code, brand.name, brand.name_en)} - {()}
    names = {words_of(text) for text in (model.code, model.name, model.name_en)} - {()}
    short = names | {name[len(mark) :] for name in names for mark in marks if name[: len(mark)] == mark} - {()}
    return [Name(words, model.id) for words in short | {mark + name for mark in marks for name in short}]


def _load() -> Catalogue:
    brands = Brand.objects.order_by("-is_own", "id").values_list("id", "code", "name", "name_en", "is_own", "colours")
    fields = ("id", "brand_id", "code", "name", "name_en", "is_active", "upsell_to_id", "trims")
    models = CarModel.objects.values_list(*fields)
    return Catalogue({row[0]: BrandFact(*row) for row in brands}, {row[0]: ModelFact(*row) for row in models})


_OWNER = Ownership.Role.OWNER
catalogue: Remembered[Catalogue] = Remembered(_load)


@dataclass(frozen=True, slots=True)
class Interest:
    """What somebody wants: the brand when it is known, the model when it is in the catalogue."""

    brand_id: int | None
    model_id: int | None


def resolve_model(brand_text: str, model_text: str, year: int | None = None) -> Interest:
    """The brand and model two texts name, by code or name in either language, whatever the case and width.

    A known brand is searched for its own models only. Without a brand, or with one nobody knows, the model must
    name itself; a lone letter is not enough then.
    """
    known = catalogue()
    brand_id = known.brand_keys.get(name_key(brand_text))
    words = without_year(words_of(model_text), year)
    if brand_id is not None:
        return Interest(brand_id, best_name(words, known.model_names[brand_id]))
    names = [name for each in known.own_brands for name in known.model_names[each.id] if _is_telling(name)]
    model_id = best_name(words, names)
    return Interest(known.models[model_id].brand_id if model_id else None, model_id)


def _is_telling(name: Name) -> bool:
    return len("".join(name.words)) > 2


def list_models(*, is_active: bool | None = None) -> QuerySet[CarModel]:
    """Models with their brands, for the public page and the catalogue screens (no protected rows)."""
    models = CarModel.objects.select_related("brand")
    return models if is_active is None else models.filter(is_active=is_active)


def get_model(code: str) -> CarModel:
    """One model by its code. Raises ``CarModel.DoesNotExist``."""
    return CarModel.objects.select_related("brand", "upsell_to").get(code=code)


def vehicles_of_customer(customer_id: int) -> list[Ownership]:
    """The cars a customer has or had a part in, with model and brand; at most one query.

    Current ones first, of these the owned ones; then the newest first.
    """
    held = Ownership.objects.filter(customer_id=customer_id).select_related("vehicle__car_model__brand")
    return sorted(held.order_by("-since", "-id"), key=lambda o: (bool(o.until), not o.until and o.role != _OWNER))


def get_vehicle(vin: str) -> Vehicle:
    """One car by VIN with its owners, newest first, as far as the scope in force shows it.

    Raises ``Vehicle.DoesNotExist``, also for text that is no VIN.
    """
    parsed = parse_vin(vin)
    owners = Prefetch("ownerships", Ownership.objects.select_related("customer").order_by("-since", "-id"))
    cars = Vehicle.objects.select_related("car_model__brand", "sold_by").prefetch_related(owners)
    return cars.get(vin=parsed.value if parsed else "")


def search_vehicles(text: str, actor: Actor, *, limit: int = 20) -> list[Vehicle]:
    """Cars by VIN, its tail or the plate, within the actor's scope, newest first."""
    actor.require("vehicles.vehicle:read")
    found = search.matching_ids("vehicle", text, actor)
    if not found:
        return []
    return list(Vehicle.objects.select_related("car_model").filter(pk__in=found).order_by("-id")[:limit])
