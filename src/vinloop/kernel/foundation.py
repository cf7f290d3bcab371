"""What an installation needs before anybody can be let in: a headquarters."""

from __future__ import annotations

from django.db import transaction

from vinloop.kernel.models import Membership, Organisation


def ensure_foundation() -> None:
    """Make the root of the organisation tree if there is none; an administrator names it later."""
    with transaction.atomic():
        if Organisation.objects.filter(parent__isnull=True).exists():
            return
        root = Organisation.objects.create(
            kind=Organisation.Kind.MANUFACTURER, code="hq", name="总部", name_en="Headquarters", path="/"
        )
        root.path = f"/{root.pk}/"
        root.save(update_fields=["path"])


def is_bare() -> bool:
    """Whether there is nothing but the headquarters every installation starts with, and nobody in it."""
    return Organisation.objects.count() == 1 and not Membership.objects.exists()
