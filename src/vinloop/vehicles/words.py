"""Codes of the catalogue in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from vinloop.kernel.languages import in_language
from vinloop.kernel.web.fields import Suggestion
from vinloop.vehicles.models import CarModel
from vinloop.vehicles.queries import ModelFact, catalogue
from vinloop.vehicles.rules import name_key


def model_words(code: str) -> str:
    """A model's name; a code nobody knows stays as it is."""
    model = catalogue().model_by_code(code) if code else None
    return model.label if model else code


def role_words(code: str) -> str:
    """A part in a car as a sentence takes it: became …; a code nobody knows stays as it is."""
    words = {
        "owner": pgettext("became … of a car", "the owner"),
        "driver": pgettext("became … of a car", "a driver"),
        "payer": pgettext("became … of a car", "the payer"),
    }
    return words.get(code, code)


def catalogue_words(code: str) -> str:
    """A model's or a brand's name; a code nobody knows stays as it is."""
    brand = next((each for each in catalogue().brands.values() if each.code == code), None)
    return brand.label if brand else model_words(code)


def trim_words(model: CarModel | ModelFact | None, text: str) -> str:
    """A trim's name; one that is not in the model's list stays as it was typed."""
    for trim in model.trims if model and text else []:
        if text in (trim.get("code"), trim.get("name"), trim.get("name_en")):
            return _trim_name(trim) or text
    return text


def trims_of(models: Mapping[str, ModelFact]) -> list[Suggestion]:
    """The trims on sale, each with the keys of the models that are built so."""
    keys: dict[str, list[str]] = {}
    for key, model in models.items():
        for trim in model.trims:
            keys.setdefault(_trim_name(trim), []).append(key)
    return [Suggestion(name, tuple(found)) for name, found in keys.items() if name]


def _trim_name(trim: Mapping[str, Any]) -> str:
    return in_language(trim.get("name", ""), trim.get("name_en", ""))


def colour_words(text: str) -> str:
    """A car's colour; one that no brand lists stays as it was typed."""
    names = catalogue().colours.get(name_key(text)) if text else None
    return in_language(*names) if names else text
