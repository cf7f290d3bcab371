"""The mail to the colleague who asked headquarters for a customer: how it was decided. It names nobody."""

from __future__ import annotations

from datetime import datetime

from vinloop.customers.asking.declarations import NOTICE
from vinloop.customers.models import AccessRequest
from vinloop.kernel.models import User
from vinloop.messaging.actions import Notice, queue_notices


def tell_decision(request: AccessRequest, at: datetime) -> None:
    """Write to whoever asked, unless they turned these mails off."""
    user = User.objects.filter(pk=request.asked_by or 0).first()
    if user is None or NOTICE in user.muted_notices:
        return
    context = {
        "asked_for": request.asked_for,
        "is_granted": request.state == AccessRequest.State.GRANTED,
        "answer": request.answer,
        "until": request.until,
    }
    notice = Notice(owner_id=request.organisation_id, user=user, template="access_decided", context=context)
    queue_notices([notice], at=at)
