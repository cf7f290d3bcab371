"""The model in force: kept in the database, remembered by every process for some seconds."""

from __future__ import annotations

from datetime import datetime

import msgspec

from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.models import MatchModel, SourceRecord
from vinloop.kernel.access.scope import elevated
from vinloop.kernel.caches import Remembered

_OUTGROWN = 0.2
_KEPT = 10  # older ones tell nobody anything, and each holds the commonest names of the base


def keep_model(model: Model, *, records: int, at: datetime) -> Model:
    """Save a model trained on so many records; from now on it scores. Answers it with its version."""
    row = MatchModel.objects.create(document=msgspec.to_builtins(model), quality={"records": records}, trained_at=at)
    newest = list(MatchModel.objects.order_by("-pk").values_list("pk", flat=True)[:_KEPT])
    MatchModel.objects.filter(pk__lt=newest[-1]).delete()
    current_model.forget()
    return msgspec.structs.replace(model, version=row.pk)


def is_outgrown() -> bool:
    """Whether no model was trained yet, or the base has grown by a fifth since: then a run in full is due."""
    newest = MatchModel.objects.order_by("-pk").values_list("quality", flat=True).first()
    if newest is None:
        return True
    waiting = SourceRecord.objects.filter(is_compared=False).count()
    return waiting > _OUTGROWN * int(newest.get("records", 0))


def _load() -> Model:
    """The newest model; its document, which is long, is only read when there is a newer one."""
    with elevated("read the weights by which records are compared"):
        newest = MatchModel.objects.order_by("-pk").values_list("pk", flat=True).first()
        if newest is None:
            return default_model()
        if _held.get("model") is None or _held["model"].version != newest:
            document = MatchModel.objects.values_list("document", flat=True).get(pk=newest)
            _held["model"] = msgspec.structs.replace(msgspec.convert(document, Model), version=newest)
    return _held["model"]


_held: dict[str, Model] = {}
current_model: Remembered[Model] = Remembered(_load, seconds=30.0)
