"""Finds the brand and model people name; a marque nobody knew yet becomes a brand that is not our own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from vinloop.kernel.identifiers import fold, has_cjk
from vinloop.vehicles.marques import known_marque
from vinloop.vehicles.models import Brand
from vinloop.vehicles.queries import Interest, catalogue, resolve_model
from vinloop.vehicles.rules import name_key

_NAME_LENGTH = Brand._meta.get_field("name").max_length or 80
_CODE_LENGTH = Brand._meta.get_field("code").max_length or 40
_TEXT_LENGTH = 120
_UNKNOWN = "unknown"


def resolve_brand(text: str) -> int:
    """The id of the brand a text names; see :func:`resolve_interests`."""
    return resolve_interests([(text, "")])[0][0]


def resolve_interests(wishes: Sequence[tuple[str, str]]) -> list[tuple[int, int | None, str]]:
    """For each (brand, model) as typed: brand id, model id if in the catalogue, and the model's text.

    At most four queries whatever the number of wishes, none when the catalogue is still remembered and all
    brands are known. No brand means the manufacturer's first one.
    """
    read = {wish: resolve_model(*wish) for wish in set(wishes)}  # in a file, few models are named many times
    found = [read[wish] for wish in wishes]
    missing = [brand for (brand, _), each in zip(wishes, found, strict=True) if each.brand_id is None]
    made = _brands_named({_spelling(brand) for brand in missing}) if missing else {}
    return [
        (_brand_id(each, brand, made), each.model_id, fold(model)[:_TEXT_LENGTH])
        for (brand, model), each in zip(wishes, found, strict=True)
    ]


def _brand_id(found: Interest, text: str, made: dict[str, int]) -> int:
    return found.brand_id if found.brand_id is not None else made[_spelling(text)]


def _spelling(text: str) -> str:
    """A text that can name a brand; empty when it holds no letter at all."""
    return " ".join(fold(text).split())[:_NAME_LENGTH] if name_key(text) else ""


def _brands_named(spellings: set[str]) -> dict[str, int]:
    """Brand ids by spelling; brands that do not exist yet are made. Safe against a neighbour making the same."""
    own = catalogue().own_brands
    made = {"": own[0].id} if own and "" in spellings else {}
    brands = {spelling: _foreign_brand(spelling) for spelling in sorted(spellings - set(made))}
    ids = _find_or_make(brands.values())
    return made | {spelling: ids[brand.code] for spelling, brand in brands.items()}


def _foreign_brand(spelling: str) -> Brand:
    marque = known_marque(spelling)
    if marque:
        code, name, name_en = marque
    elif spelling:
        code, name, name_en = name_key(spelling)[:_CODE_LENGTH], spelling, "" if has_cjk(spelling) else spelling
    else:
        code, name, name_en = _UNKNOWN, "未知品牌", "Unknown brand"
    return Brand(code=code, name=name, name_en=name_en, is_own=False)


def _find_or_make(brands: Iterable[Brand]) -> dict[str, int]:
    wanted = {brand.code: brand for brand in brands}
    known = _ids(wanted)
    unknown = [wanted[code] for code in sorted(set(wanted) - set(known))]
    if not unknown:
        return known
    Brand.objects.bulk_create(unknown, ignore_conflicts=True)
    transaction.on_commit(catalogue.forget)
    return _ids(wanted)


def _ids(codes: Iterable[str]) -> dict[str, int]:
    return dict(Brand.objects.filter(code__in=list(codes)).values_list("code", "id"))
