"""Requests by law, as lists and pages show them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from vinloop.customers.models import PrivacyRequest
from vinloop.customers.privacy.events import RequestNotFound
from vinloop.customers.privacy.requests import MANAGE
from vinloop.kernel.access import Actor

ORDER = ("due_on", "id")


def list_requests(actor: Actor, *, state: str = "open", kind: str = "") -> QuerySet[PrivacyRequest]:
    """Requests, the one due first first; ``state`` ``all`` leaves none out. Raises ``NotAllowed``."""
    actor.require(MANAGE)
    rows = PrivacyRequest.objects.select_related("customer")
    if state != "all":
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by(*ORDER)


def get_request(actor: Actor, ref: str) -> PrivacyRequest:
    """One request with its customer. Raises ``NotAllowed`` and ``RequestNotFound``."""
    actor.require(MANAGE)
    found = PrivacyRequest.objects.select_related("customer").filter(ref=ref).first()
    if found is None:
        raise RequestNotFound(ref)
    return found


def days_left(request: PrivacyRequest, today: date) -> int:
    """Days until an answer is due; negative when it is late."""
    return (request.due_on - today).days
