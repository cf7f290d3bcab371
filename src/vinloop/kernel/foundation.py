"""What an installation needs before anybody can be let in: a headquarters."""

from __future__ import annotations

from django.db import transaction

from vinloop.kernel.models import Membership, Organisation

_BARE = {"code": "hq", "name": "总部", "name_en": "Headquarters"}


def ensure_foundation() -> None:
    """Make the root of the organisation tree if there is none; an administrator names it later."""
    with transaction.atomic():
        if Organisation.objects.filter(parent__isnull=True).exists():
            return
        root = Organisation.objects.create(kind=Organisation.Kind.MANUFACTURER, path="/", **_BARE)
        root.path = f"/{root.pk}/"
        root.save(update_fields=["path"])


def is_bare() -> bool:
    """Whether there is nothing but the headquarters every installation starts with, and nobody in it."""
    only = list(Organisation.objects.all()[:2])
    is_untouched = len(only) == 1 and {name: getattr(only[0], name) for name in _BARE} == _BARE
    return is_untouched and not Membership.objects.exists()
