"""What a model's data sheet says: known figures with their words and units, for the public page and the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Figure → label and unit; the order of the data sheet.
FIGURES: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "seats": (_("Seats"), ""),
    "length_mm": (_("Length"), "mm"),
    "wheelbase_mm": (_("Wheelbase"), "mm"),
    "boot_l": (_("Boot"), "L"),
    "power_kw": (_("Power"), "kW"),
    "torque_nm": (_("Torque"), "N·m"),
    "acceleration_s": (_("0–100 km/h"), "s"),
    "range_km": (_("Range (CLTC)"), "km"),
    "consumption_l": (_("Consumption (WLTC)"), "L/100 km"),
    "consumption_kwh": (_("Consumption (CLTC)"), "kWh/100 km"),
}


def data_sheet(facts: Mapping[str, float | str | None]) -> list[tuple[StrOrPromise, str]]:
    """Label and value with unit of every figure the model has, in the order of the data sheet."""
    return [
        (label, f"{number_format(value, use_l10n=True, force_grouping=True)} {unit}".strip())
        for name, (label, unit) in FIGURES.items()
        if (value := facts.get(name))
    ]
