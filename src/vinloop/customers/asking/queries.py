"""Requests as their two sides read them: a dealer its own, headquarters the queue with whom each may mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from vinloop.customers.asking.actions import ASK, GRANT
from vinloop.customers.events import AccessRequestNotFound
from vinloop.customers.models import AccessRequest, Customer
from vinloop.kernel.access import Actor

ORDER = ("-asked_at", "-id")


def own_requests(actor: Actor) -> QuerySet[AccessRequest]:
    """What the actor's organisation asked for, newest first."""
    actor.require(ASK)
    rows = AccessRequest.objects.filter(organisation_id=actor.organisation_id).exclude(ref="")
    return rows.select_related("customer").order_by(*ORDER)


def all_requests(actor: Actor, state: str = "") -> QuerySet[AccessRequest]:
    """Every request headquarters decides on, newest first."""
    actor.require(GRANT)
    rows = AccessRequest.objects.exclude(ref="").select_related("organisation", "customer").order_by(*ORDER)
    return rows.filter(state=state) if state else rows


def get_request(actor: Actor, ref: str) -> AccessRequest:
    """One request of the queue. Raises ``AccessRequestNotFound``."""
    row = all_requests(actor).filter(ref=ref).first()
    if row is None:
        raise AccessRequestNotFound(ref)
    return row


def candidates_of(requests: Iterable[AccessRequest]) -> dict[int, list[Customer]]:
    """Whom requests may mean, by request, as they are now; one query."""
    wanted = list(requests)
    ids = {each for request in wanted for each in request.candidates}
    rows: Sequence[Customer] = list(Customer.objects.select_related("merged_into").filter(pk__in=ids)) if ids else []
    now = {row.pk: row.merged_into or row for row in rows}
    return {
        request.pk: list({now[each].pk: now[each] for each in request.candidates if each in now}.values())
        for request in wanted
    }
