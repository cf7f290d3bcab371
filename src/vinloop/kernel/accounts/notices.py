"""Mails to colleagues which a person may do without. The room that writes one declares it; each decides for themselves.

Only what somebody turned off is stored, so a mail that a later version adds reaches everybody it is meant for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.permissions import known_permission
from vinloop.kernel.accounts.events import UserChanged, about_user
from vinloop.kernel.events import record
from vinloop.kernel.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of mail, offered on the profile of people who hold one of ``permissions`` at a place of ``kinds``."""

    code: str
    label: StrOrPromise
    permissions: tuple[str, ...]
    kinds: tuple[str, ...]


_declared: dict[str, NoticeKind] = {}


def declare_notice(kind: NoticeKind) -> None:
    """Make a kind of mail known; called by a module's ``apps.py``. Its code goes like ``leads.clock``."""
    _declared[kind.code] = kind


def notices_for(actor: Actor) -> list[NoticeKind]:
    """The kinds of mail this person can get, in the order of declaration."""
    here = [each for each in _declared.values() if actor.organisation_kind in each.kinds]
    return [each for each in here if any(actor.may(known_permission(name)) for name in each.permissions)]


def choose_notices(*, actor: Actor, user: User, wanted: Collection[str], at: datetime) -> None:
    """Get the mails ``wanted`` and no other of those offered. A choice about a mail not offered now stays as it was."""
    offered = {each.code for each in notices_for(actor)}
    muted = sorted((set(user.muted_notices) - offered) | (offered - set(wanted)))
    if actor.user_id != user.pk or muted == user.muted_notices:
        return
    user.muted_notices = muted
    user.save(update_fields=["muted_notices"])
    record(UserChanged(detail="muted_notices"), actor=actor, subject=about_user(user, actor.organisation_id), at=at)
