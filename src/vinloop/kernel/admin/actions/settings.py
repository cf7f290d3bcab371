"""Values chosen for declared settings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.admin.actions.setting_values import refuse_value
from vinloop.kernel.admin.events import SettingChanged, about_settings
from vinloop.kernel.events import record
from vinloop.kernel.models import Organisation, SettingValue
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Setting, forget_settings, setting_named

MANAGE: Final = "kernel.setting:manage"
_TOLD: Final = "–"  # as inherited


def change_setting(*, actor: Actor, name: str, organisation: Organisation, value: Any, at: datetime) -> None:
    """Choose a value for an organisation and everything below it; ``None`` goes back to what is inherited.

    ``value`` is the stored form, as ``read_value`` gives it. Raises ``Refused``, with nothing changed: for a name
    nobody declared, a place that may not differ, a value of another kind, a table's unknown or missing name, a number
    out of range.
    """
    setting = _declared(name)
    actor.require(MANAGE, organisation_id=organisation.pk)
    if organisation.parent_id is not None and not setting.is_local:
        raise Refused("not_local", _("This is the same for the whole network; only headquarters sets it."))
    if value is not None:
        refuse_value(setting, value)
    stored = SettingValue.objects.select_for_update().filter(name=name, organisation=organisation).first()
    before = stored.value if stored else None
    if before == value:
        return
    if value is None:
        SettingValue.objects.filter(name=name, organisation=organisation).delete()
    else:
        SettingValue.objects.update_or_create(name=name, organisation=organisation, defaults={"value": value})
    forget_settings()
    transaction.on_commit(forget_settings)
    told = [_TOLD if each is None else json.dumps(each, ensure_ascii=False) for each in (before, value)]
    fact = SettingChanged(
        name=name, organisation=organisation.code, before=before, after=value, detail=" → ".join(told)
    )
    record(fact, actor=actor, subject=about_settings(organisation), at=at)


def _declared(name: str) -> Setting:
    try:
        return setting_named(name)
    except LookupError as error:
        raise Refused("unknown_setting", _("There is no setting “%(name)s”.") % {"name": name[:80]}) from error
