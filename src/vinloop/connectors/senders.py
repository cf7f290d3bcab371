"""Who a received document came from, remembered with it, so that whoever handles it later acts as its sender."""

from __future__ import annotations

from typing import Any

from vinloop.kernel.access import Actor
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.intake.channels import NotUnderstood
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.models import ReceivedDocument, User


def sender_context(actor: Actor) -> dict[str, Any]:
    """What to keep in the document's context."""
    return {"user_id": actor.user_id} if actor.user_id is not None else {}


def sender_actor(document: ReceivedDocument, door: str) -> Actor:
    """The sender as they are now, at the organisation the document belongs to; the system for an unnamed sender.

    Raises ``NotUnderstood`` when the person has lost their place there: somebody else must decide then.
    """
    user_id = document.context.get("user_id")
    if user_id is None:
        return system_actor(door)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    actor = load_actor(user, organisation_id=document.owner_id, door=door) if user else None
    if actor is None:
        raise NotUnderstood("sender_gone", [Remark("sender_gone")])
    return actor
