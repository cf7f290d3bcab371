"""Who at a dealer looks after customers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from vinloop.kernel.models import User

_WORKS = ["leads.lead:work"]


@dataclass(frozen=True, slots=True)
class Consultant:
    """A person customers can be given to."""

    id: int
    label: str
    username: str = ""


def consultants_of(dealer_id: int) -> list[Consultant]:
    """The people of a dealer who may work on leads, by name; one query."""
    people = _working_at(dealer_id).only("username", "name", "name_en").distinct().order_by("name", "id")
    return [Consultant(user.pk, user.label, user.username) for user in people]


def is_consultant(user_id: int, dealer_id: int) -> bool:
    """Whether a person may work on leads of this dealer."""
    return _working_at(dealer_id).filter(pk=user_id).exists()


def _working_at(dealer_id: int) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True,
        memberships__organisation_id=dealer_id,
        memberships__role__permissions__contains=_WORKS,
    )
