"""Rows of other tables within one query: a page about one thing asks once for all that happened with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def nested(rows: QuerySet[Any], **related: Sequence[str]) -> ArraySubquery:
    """Rows that belong to the outer one (filtered by ``OuterRef``, ordered, cut), to be read with ``rows_of``.

    ``related`` names what they point at and the fields needed of it: ``nested(contacts, user=["name"])``.
    """
    own = [field.attname for field in rows.model._meta.concrete_fields]
    theirs = [f"{name}__{field}" for name, fields in related.items() for field in ("pk", *fields)]
    return ArraySubquery(rows.values(json=JSONObject(**{path: path for path in (*own, *theirs)})))


def rows_of(model: type[M], found: Iterable[Mapping[str, Any]]) -> list[M]:
    """The objects of a ``nested`` annotation; fields that were not asked for are read when they are used."""
    return [_object(model, each) for each in found]


def _object(model: type[M], values: Mapping[str, Any]) -> M:
    row = _from_values(model, values)
    for name in [path.removesuffix("__pk") for path in values if path.endswith("__pk")]:
        prefix = f"{name}__"
        theirs = {path.removeprefix(prefix): value for path, value in values.items() if path.startswith(prefix)}
        key = theirs.pop("pk")
        target: Any = model._meta.get_field(name).related_model
        pointed = None if key is None else _from_values(target, theirs | {target._meta.pk.attname: key})
        row._state.fields_cache[name] = pointed
    return row


def _from_values(model: type[M], values: Mapping[str, Any]) -> M:
    """In the order of the model's own fields, as ``from_db`` wants them; times come as text within JSON."""
    given = [field for field in model._meta.concrete_fields if field.attname in values]
    read = [field.to_python(values[field.attname]) for field in given]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in given], read)
