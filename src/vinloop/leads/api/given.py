"""What callers of the showroom's endpoints name: models and people by their codes, times within reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar

import msgspec
from django.utils.translation import gettext as _

from vinloop.kernel.api import ProblemError
from vinloop.kernel.api.problems import FieldProblem, invalid
from vinloop.kernel.models import User
from vinloop.leads.events import NotPossible
from vinloop.vehicles.queries import catalogue

Moment = Annotated[datetime, msgspec.Meta(tz=True, description="A moment with its offset, such as `…+08:00`")]
ModelCode = Annotated[str, msgspec.Meta(max_length=60, description="A model's code; empty for none")]
Username = Annotated[str, msgspec.Meta(max_length=150, description="A consultant's log-in name; empty for nobody")]
Note = Annotated[str, msgspec.Meta(max_length=500)]
T = TypeVar("T", bound=date)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class PersonOut(msgspec.Struct, frozen=True):
    """A customer, as far as the caller may see them."""

    ref: str
    name: str


def model_id(code: str) -> int | None:
    """The id of a model; ``None`` for an empty code. Raises ``NotPossible`` for one that is not in the catalogue."""
    if not code:
        return None
    model = catalogue().model_by_code(code)
    if model is None:
        raise NotPossible("unknown_model")
    return model.id


def user_id(username: str) -> int | None:
    """The id of a person; ``None`` for an empty name. Whether they are a consultant here is the action's question."""
    if not username:
        return None
    found = User.objects.filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise NotPossible("not_a_consultant_here")
    return found


def within_reason(value: T, pointer: str) -> T:
    """The day or moment, when it is of this century: arithmetic on the last day there is would overflow."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ProblemError(invalid(FieldProblem(pointer, _("This day is too far away."))))
    return value
