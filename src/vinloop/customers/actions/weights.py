"""The model in force: kept in the database, remembered by every process for some seconds."""

from __future__ import annotations

from datetime import datetime

import msgspec

from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.models import MatchModel
from vinloop.kernel.access.scope import elevated
from vinloop.kernel.caches import Remembered


def keep_model(model: Model, *, at: datetime) -> Model:
    """Save a trained model; from now on it scores. Answers it with its version."""
    row = MatchModel.objects.create(document=msgspec.to_builtins(model), trained_at=at)
    current_model.forget()
    return msgspec.structs.replace(model, version=row.pk)


def _load() -> Model:
    with elevated("read the weights by which records are compared"):
        row = MatchModel.objects.order_by("-pk").values_list("pk", "document").first()
    if row is None:
        return default_model()
    return msgspec.structs.replace(msgspec.convert(row[1], Model), version=row[0])


current_model: Remembered[Model] = Remembered(_load, seconds=30.0)
