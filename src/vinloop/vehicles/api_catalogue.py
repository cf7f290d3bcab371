"""Endpoints of the catalogue: brands, models with their trims, figures and prices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from vinloop.kernel.api import ApiController, Body, Path, Query, endpoint, path
from vinloop.kernel.refusals import Refused
from vinloop.vehicles.actions import BrandValues, ModelValues, save_brand, save_model
from vinloop.vehicles.actions.catalogue import MANAGE
from vinloop.vehicles.models import Brand, CarModel
from vinloop.vehicles.queries import get_model, list_models

Code = Annotated[str, msgspec.Meta(max_length=40, pattern="^[-a-zA-Z0-9_]+$", description="Used in files, addresses")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
ColourName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
NameEn = Annotated[str, msgspec.Meta(max_length=80)]
Tagline = Annotated[str, msgspec.Meta(max_length=200)]
Price = Annotated[int, msgspec.Meta(ge=0, le=10**15, description="Minor units of the model's currency")]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Position = Annotated[int, msgspec.Meta(ge=0, le=30_000)]
BrandCode = Annotated[str, msgspec.Meta(description="A brand's code")]
ModelCode = Annotated[str, msgspec.Meta(description="A model's code; empty for none")]
BodyKind = Literal["sedan", "suv", "hatchback", "mpv", "coupe"]
Drive = Literal["petrol", "hybrid", "electric"]


class Trim(msgspec.Struct, frozen=True):
    """A trim with its list price in minor units of the model's currency."""

    code: Code
    name: Name
    name_en: NameEn = ""
    price: Price | None = None


class Colour(msgspec.Struct, frozen=True):
    """A paint by its names; orders and cars show the one in the reader's language."""

    name: ColourName
    name_en: Annotated[str, msgspec.Meta(max_length=40)] = ""


Colours = Annotated[list[Colour], msgspec.Meta(max_length=200)]


class BrandOut(msgspec.Struct, frozen=True):
    """A brand. ``is_own``: one we sell."""

    code: str
    name: str
    name_en: str
    is_own: bool
    colours: list[Colour]


class BrandList(msgspec.Struct, frozen=True):
    """Brands, our own first; there are never many."""

    items: list[BrandOut]


class BrandIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new brand."""

    code: Code
    name: Name
    name_en: NameEn = ""
    is_own: bool = True
    colours: Colours = []


class BrandChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    name_en: NameEn | UnsetType = UNSET
    is_own: bool | UnsetType = UNSET
    colours: Colours | UnsetType = UNSET


class ModelOut(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the catalogue. ``price_from`` in minor units of ``currency``."""

    code: str
    name: str
    name_en: str
    brand: str
    body: str
    drive: str
    tagline: str
    tagline_en: str
    price_from: int | None
    currency: str
    trims: list[Trim]
    facts: dict[str, float]
    upsell_to: str
    position: int
    is_active: bool


class ModelList(msgspec.Struct, frozen=True):
    """The catalogue, in the order of the showroom; it is never long."""

    items: list[ModelOut]


class ModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which models to list. ``brand`` is a brand's code."""

    brand: str = ""
    is_active: bool | None = None


class ModelChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    brand: BrandCode | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    name_en: NameEn | UnsetType = UNSET
    body: BodyKind | UnsetType = UNSET
    drive: Drive | UnsetType = UNSET
    tagline: Tagline | UnsetType = UNSET
    tagline_en: Tagline | UnsetType = UNSET
    price_from: Price | UnsetType | None = UNSET
    currency: Currency | UnsetType = UNSET
    trims: Annotated[list[Trim], msgspec.Meta(max_length=100)] | UnsetType = UNSET
    facts: dict[str, float] | UnsetType = UNSET
    upsell_to: ModelCode | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ModelIn(ModelChange, frozen=True, kw_only=True):
    """A new model; everything besides brand, code and name may come later."""

    brand: BrandCode
    code: Code
    name: Name


class CataloguePath(msgspec.Struct, frozen=True):
    """Which entry."""

    code: str


class BrandsController(ApiController):
    """Brands."""

    tags = ("Vehicles",)

    @endpoint(MANAGE, operation_id="listBrands")
    def get(self) -> BrandList:
        """List brands, our own first."""
        return BrandList([_brand(each) for each in Brand.objects.order_by("-is_own", "code")])

    @endpoint(MANAGE, operation_id="createBrand")
    def post(self, parsed_body: Body[BrandIn]) -> BrandOut:
        """Add a brand."""
        values = BrandValues(**msgspec.to_builtins(parsed_body))
        return _brand(save_brand(actor=self.actor, brand_id=None, values=values, at=self.at))


class BrandController(ApiController):
    """One brand."""

    tags = ("Vehicles",)

    @endpoint(MANAGE, operation_id="changeBrand")
    def patch(self, parsed_path: Path[CataloguePath], parsed_body: Body[BrandChange]) -> BrandOut:
        """Change a brand."""
        brand = Brand.objects.filter(code=parsed_path.code).first()
        if brand is None:
            raise Http404
        now = {name: getattr(brand, name) for name in BrandValues.__dataclass_fields__}
        values = BrandValues(**(now | msgspec.to_builtins(parsed_body)))
        return _brand(save_brand(actor=self.actor, brand_id=brand.pk, values=values, at=self.at))


class ModelsController(ApiController):
    """The catalogue."""

    tags = ("Vehicles",)

    @endpoint(None, operation_id="listModels")
    def get(self, parsed_query: Query[ModelQuery]) -> ModelList:
        """List models.

        Brands, models, trims and list prices. Models no longer on sale are there too unless ``is_active`` is asked.
        """
        models = list_models(is_active=parsed_query.is_active).select_related("upsell_to")
        if parsed_query.brand:
            models = models.filter(brand__code=parsed_query.brand)
        return ModelList([_model(model) for model in models])

    @endpoint(MANAGE, operation_id="createModel")
    def post(self, parsed_body: Body[ModelIn]) -> ModelOut:
        """Add a model; it appears on the public site and can be chosen in leads and orders."""
        values = ModelValues(**_model_values(parsed_body))
        return _model(save_model(actor=self.actor, model_id=None, values=values, at=self.at))


class ModelController(ApiController):
    """One model."""

    tags = ("Vehicles",)

    @endpoint(None, operation_id="getModel")
    def get(self, parsed_path: Path[CataloguePath]) -> ModelOut:
        """Read a model."""
        return _model(_found(parsed_path.code))

    @endpoint(MANAGE, operation_id="changeModel")
    def patch(self, parsed_path: Path[CataloguePath], parsed_body: Body[ModelChange]) -> ModelOut:
        """Change a model's names, trims, figures, prices or place."""
        model = _found(parsed_path.code)
        now = {name: getattr(model, name) for name in ModelValues.__dataclass_fields__}
        values = ModelValues(**(now | _model_values(parsed_body)))
        return _model(save_model(actor=self.actor, model_id=model.pk, values=values, at=self.at))


def _found(code: str) -> CarModel:
    try:
        return get_model(code)
    except CarModel.DoesNotExist as error:
        raise Http404 from error


def _given(wish: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not UNSET}


def _model_values(wish: ModelChange) -> dict[str, Any]:
    """For the action, which takes ids in place of codes."""
    values = _given(wish)
    if "brand" in values:
        values["brand_id"] = _brand_id(values.pop("brand"))
    if "upsell_to" in values:
        values["upsell_to_id"] = _upsell_id(values.pop("upsell_to"))
    if "trims" in values:
        values["trims"] = msgspec.to_builtins(values["trims"])
    return values


def _brand_id(code: str) -> int:
    found = Brand.objects.filter(code=code, is_own=True).first()
    if found is None:
        raise Refused("unknown_brand", _("There is no such brand."), "brand")
    return found.pk


def _upsell_id(code: str) -> int | None:
    if not code:
        return None
    found = CarModel.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise Refused("unknown_model", _("Choose a model of the catalogue."), "upsell_to")
    return found.pk


def _brand(brand: Brand) -> BrandOut:
    colours = [Colour(each["name"], each.get("name_en", "")) for each in brand.colours]
    return BrandOut(brand.code, brand.name, brand.name_en, brand.is_own, colours)


def _model(model: CarModel) -> ModelOut:
    return ModelOut(
        code=model.code,
        name=model.name,
        name_en=model.name_en,
        brand=model.brand.code,
        body=model.body,
        drive=model.drive,
        tagline=model.tagline,
        tagline_en=model.tagline_en,
        price_from=model.price_from,
        currency=model.currency,
        trims=[Trim(t["code"], t["name"], t.get("name_en", ""), t.get("price")) for t in model.trims],
        facts=model.facts,
        upsell_to=model.upsell_to.code if model.upsell_to else "",
        position=model.position,
        is_active=model.is_active,
    )


urls: list[URLPattern] = [
    path("brands", BrandsController.as_view(), name="brands"),
    path("brands/<str:code>", BrandController.as_view(), name="brand"),
    path("models", ModelsController.as_view(), name="models"),
    path("models/<str:code>", ModelController.as_view(), name="model"),
]
