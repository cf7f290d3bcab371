"""Leads with the names of what they point at, without joins.

A lead names a brand, a model, a source, a campaign and a reason: small catalogues, which every process remembers.
Joining them made a query of nine tables, and planning that took PostgreSQL seven times as long as running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

from vinloop.kernel.caches import Remembered
from vinloop.leads.models import Campaign, Lead, LeadSource, ReasonCode
from vinloop.vehicles.models import Brand, CarModel

if TYPE_CHECKING:
    _Leads = ModelIterable[Lead]
else:
    _Leads = ModelIterable

M = TypeVar("M", bound=Model)
_NAMES: Mapping[str, type[Model]] = {
    "brand": Brand,
    "car_model": CarModel,
    "upsell_model": CarModel,
    "source": LeadSource,
    "campaign": Campaign,
    "lost_reason": ReasonCode,
    "decline_reason": ReasonCode,
}


def named(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """The same leads; reading a name asks the database only for what was added in the last seconds."""
    found = rows.all()
    found._iterable_class = _NamedLeads
    return found


def with_names(rows: Iterable[M]) -> Iterator[M]:
    """Rows that point at the same catalogues, given the remembered objects as ``select_related`` would."""
    names: Mapping[str, tuple[str, dict[int, Any]]] | None = None
    for row in rows:
        if names is None:
            fields = {field.name for field in row._meta.concrete_fields}
            names = {name: (f"{name}_id", _catalogue(model)()) for name, model in _NAMES.items() if name in fields}
        for name, (column, known) in names.items():
            each = known.get(getattr(row, column))
            if each is not None:
                row._state.fields_cache[name] = each
        yield row


def remembered(model: type[M]) -> Mapping[int, M]:
    """All rows of a small catalogue by id, as they were some seconds ago at most."""
    return _catalogue(model)()


class _NamedLeads(_Leads):
    """Gives each lead the remembered objects."""

    def __iter__(self) -> Iterator[Lead]:
        return with_names(super().__iter__())


@cache
def _catalogue(model: type[Model]) -> Remembered[dict[int, Any]]:
    return Remembered(lambda: _by_id(model._default_manager.all()))


def _by_id(rows: Iterable[Model]) -> dict[int, Any]:
    return {row.pk: row for row in rows}
