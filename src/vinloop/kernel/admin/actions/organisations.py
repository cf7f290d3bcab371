"""The tree of organisations. ``path`` names every ancestor, so that reading needs no recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from vinloop.kernel import search
from vinloop.kernel.access.actor import Actor
from vinloop.kernel.admin.events import (
    OrganisationChanged,
    OrganisationClosed,
    OrganisationCreated,
    OrganisationMoved,
    OrganisationReopened,
    about_organisation,
)
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.events import record
from vinloop.kernel.identifiers.text import fold
from vinloop.kernel.models import Calendar, Organisation
from vinloop.kernel.refusals import Refused

MANAGE: Final = "kernel.organisation:manage"
_Kind = Organisation.Kind
PARENT_KINDS: Final[dict[str, tuple[str, ...]]] = {
    _Kind.MANUFACTURER: (),
    _Kind.REGION: (_Kind.MANUFACTURER, _Kind.REGION),
    _Kind.DEALER: (_Kind.MANUFACTURER, _Kind.REGION, _Kind.DEALER),
    _Kind.SERVICE_STATION: (_Kind.MANUFACTURER, _Kind.REGION, _Kind.DEALER),
    _Kind.PARTNER: (_Kind.MANUFACTURER, _Kind.REGION),
}
# A code stands in addresses and files: nothing that means something there.
_CODE: Final = re.compile(r"\w[\w.-]*")
_FIELDS = ("code", "name", "name_en", "timezone", "calendar")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDetails:
    """What is known of an organisation. ``name`` is the Chinese one; without ``calendar`` the parent's hours count."""

    code: str
    name: str
    name_en: str = ""
    timezone: str = "Asia/Shanghai"
    calendar: Calendar | None = None


def create_organisation(
    *, actor: Actor, kind: str, parent: Organisation, details: OrganisationDetails, at: datetime
) -> Organisation:
    """Add an organisation below another one."""
    actor.require(MANAGE, organisation_id=parent.pk)
    _refuse_parent(kind, parent)
    details = _checked(details, None)
    organisation = Organisation(kind=kind, parent=parent, path="")
    _put(organisation, details)
    organisation.path = f"{parent.path}{organisation.pk}/"
    organisation.save(update_fields=["path"])
    _forget()
    fact = OrganisationCreated(parent=parent.code)
    record(fact, actor=actor, subject=about_organisation(organisation), at=at)
    return organisation


def change_organisation(
    *, actor: Actor, organisation: Organisation, details: OrganisationDetails, at: datetime
) -> Organisation:
    """Change an organisation's code, names, time zone or opening hours."""
    actor.require(MANAGE, organisation_id=organisation.pk)
    details = _checked(details, organisation)
    changed = [field for field in _FIELDS if getattr(organisation, field) != getattr(details, field)]
    if changed:
        _put(organisation, details)
        _forget()
        fact = OrganisationChanged(detail=", ".join(changed))
        record(fact, actor=actor, subject=about_organisation(organisation), at=at)
    return organisation


def move_organisation(*, actor: Actor, organisation: Organisation, parent: Organisation, at: datetime) -> None:
    """Put an organisation, with everything below it, under another parent. Both places must be in sight."""
    pair = Organisation.objects.select_related("parent").filter(pk__in=(organisation.pk, parent.pk))
    rows = {each.pk: each for each in pair.select_for_update(of=("self",)).order_by("pk")}
    moved, target = rows[organisation.pk], rows[parent.pk]
    for place in (moved.pk, target.pk):
        actor.require(MANAGE, organisation_id=place)
    if moved.parent is None:
        raise Refused("root_stays", _("Headquarters stands at the top and cannot be moved."))
    actor.require(MANAGE, organisation_id=moved.parent.pk)
    if target.path.startswith(moved.path):
        raise Refused("below_itself", _("An organisation cannot be put below itself."), "parent")
    _refuse_parent(moved.kind, target)
    if moved.parent_id == target.pk:
        return
    fact = OrganisationMoved(before=moved.parent.code, after=target.code)
    _graft(moved, target)
    record(fact, actor=actor, subject=about_organisation(moved), at=at)


def close_organisation(*, actor: Actor, organisation: Organisation, at: datetime) -> None:
    """Take an organisation out of the network; what it did stays. Its people lose it with their next click."""
    actor.require(MANAGE, organisation_id=organisation.pk)
    if organisation.parent_id is None:
        raise Refused("root_stays", _("Headquarters cannot be closed."))
    if organisation.children.filter(is_active=True).exists():
        raise Refused("has_children", _("Close or move the organisations below it first."))
    if Organisation.objects.filter(pk=organisation.pk, is_active=True).update(is_active=False):
        _forget()
        record(OrganisationClosed(), actor=actor, subject=about_organisation(organisation), at=at)


def reopen_organisation(*, actor: Actor, organisation: Organisation, at: datetime) -> None:
    """Bring a closed organisation back."""
    actor.require(MANAGE, organisation_id=organisation.pk)
    if organisation.parent is not None and not organisation.parent.is_active:
        raise Refused("parent_closed", _("The organisation above it is closed. Open that one first."))
    if Organisation.objects.filter(pk=organisation.pk, is_active=False).update(is_active=True):
        _forget()
        record(OrganisationReopened(), actor=actor, subject=about_organisation(organisation), at=at)


def _graft(moved: Organisation, target: Organisation) -> None:
    """Rewrite the paths of the branch in one statement, and let the new ancestors find what it owns."""
    old, new = moved.path, f"{target.path}{moved.pk}/"
    Organisation.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    Organisation.objects.filter(pk=moved.pk).update(parent=target)
    _forget()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM kernel_searchentry")
        for (kind,) in cursor.fetchall():
            _widen_search(kind, moved.pk)


def _widen_search(kind: str, organisation_id: int) -> None:
    """Former ancestors keep candidates which row-level security hides from them; the new ones get theirs."""
    chain = search.scope_tokens(kind, organisation_id)
    own = chain[-1:]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_searchentry SET tokens = tokens || %s::bigint[]"
            " WHERE kind = %s AND tokens @> %s::bigint[] AND NOT tokens @> %s::bigint[]",
            [chain, kind, own, chain],
        )


def _refuse_parent(kind: str, parent: Organisation) -> None:
    if parent.kind not in PARENT_KINDS[kind]:
        raise Refused("wrong_parent", _("This kind of organisation cannot stand below that one."), "parent")
    if not parent.is_active:
        raise Refused("parent_closed", _("The organisation above it is closed. Open that one first."), "parent")


def _checked(details: OrganisationDetails, organisation: Organisation | None) -> OrganisationDetails:
    details = replace(details, code=fold(details.code), name=fold(details.name), name_en=fold(details.name_en))
    if not details.code:
        raise Refused("no_code", _("Enter the code used in your other systems."), "code")
    if not _CODE.fullmatch(details.code) and (organisation is None or organisation.code != details.code):
        raise Refused("bad_code", _("Use only letters, digits, dashes, dots and underscores."), "code")
    if not details.name:
        raise Refused("no_name", _("Enter a name."), "name")
    if details.timezone not in available_timezones():
        raise Refused("bad_timezone", _("There is no such time zone."), "timezone")
    others = Organisation.objects.exclude(pk=organisation.pk) if organisation else Organisation.objects.all()
    if others.filter(code=details.code).exists():
        raise Refused("code_taken", _("Another organisation has this code."), "code")
    return details


def _put(organisation: Organisation, details: OrganisationDetails) -> None:
    for field in _FIELDS:
        setattr(organisation, field, getattr(details, field))
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise Refused("code_taken", _("Another organisation has this code."), "code") from error


def _forget() -> None:
    """Paths, names and hours are remembered by every process for some seconds; by this one no longer."""
    forget_everything()
    transaction.on_commit(forget_everything)
