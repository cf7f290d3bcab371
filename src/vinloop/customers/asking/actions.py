"""A dealer asks, headquarters grants or refuses; who is asked for stays unknown to the dealer until it is granted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from vinloop.customers.actions.access import give_access
from vinloop.customers.asking.subjects import Asked, customers_fitting, read_asked
from vinloop.customers.events import (
    AccessAsked,
    AccessGranted,
    AccessRefused,
    AccessRequestNotFound,
    AskingRefused,
    CustomerNotFound,
)
from vinloop.customers.models import AccessRequest, Customer, CustomerAccess
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Subject, record
from vinloop.kernel.identifiers import new_ref
from vinloop.kernel.sealing import digester
from vinloop.kernel.settings import get_setting

ASK, GRANT = "customers.access:request", "customers.access:grant"
A_DAY = "customers.access_requests_a_day"
_DAY = timedelta(days=1)
_LOCK = 0x5649_4E41  # "VINA": the space of advisory locks of this room
_State = AccessRequest.State
_tellers: list[Callable[[AccessRequest, datetime], object]] = []


def declare_teller(tell: Callable[[AccessRequest, datetime], object]) -> None:
    """Let a room above tell the dealer's people, by mail say, when a request was decided."""
    if tell not in _tellers:
        _tellers.append(tell)


def ask_for_customer(*, actor: Actor, text: str, reason: str, at: datetime) -> AccessRequest:
    """Ask headquarters for the customer a whole reference, VIN, number or address names.

    The same is kept and answered whether or not anybody is known by it; asking again for what is still open answers
    with the open request. Raises ``NotAllowed`` and ``AskingRefused``.
    """
    actor.require(ASK)
    asked = read_asked(text)
    if asked is None:
        raise AskingRefused("not_whole")
    digest = digester("customers.asking")(f"{asked.kind}:{asked.value}")
    _hold(actor.organisation_id)
    own = AccessRequest.objects.filter(organisation_id=actor.organisation_id)
    waiting = own.filter(digest=digest, state=_State.OPEN).first()
    if waiting is not None:
        return waiting
    if own.filter(asked_at__gt=at - _DAY).count() >= get_setting(A_DAY):
        raise AskingRefused("too_many")
    return _ask(actor, asked, digest, reason, at)


def grant_access(
    *, actor: Actor, ref: str, customer_ref: str, until: datetime | None, answer: str = "", at: datetime
) -> AccessRequest:
    """Let the dealer that asked see a customer, until then or (None) for good.

    Raises ``NotAllowed``, ``AccessRequestNotFound``, ``CustomerNotFound`` and ``AskingRefused`` when it was decided.
    """
    actor.require(GRANT)
    request = _open(ref)
    customer = Customer.objects.filter(ref=customer_ref, merged_into__isnull=True, erased_at__isnull=True).first()
    if customer is None:
        raise CustomerNotFound(customer_ref)
    give_access(customer_ids=[customer.pk], organisation_id=request.organisation_id, kind="grant", at=at)
    granted = CustomerAccess.objects.filter(customer=customer, organisation=request.organisation_id, kind="grant")
    granted.update(until=until)
    request.customer, request.until = customer, until
    _decide(actor, request, _State.GRANTED, answer, at)
    fact = AccessGranted(ref=request.ref, customer_ref=customer.ref)
    record(fact, actor=actor, subject=_subject(request, customer.pk), at=at)
    return request


def refuse_access(*, actor: Actor, ref: str, answer: str = "", at: datetime) -> AccessRequest:
    """Do not give the customer, or say that nobody is known: the dealer reads the same.

    Raises ``NotAllowed``, ``AccessRequestNotFound``, and ``AskingRefused`` when it was decided before.
    """
    actor.require(GRANT)
    request = _open(ref)
    _decide(actor, request, _State.REFUSED, answer, at)
    record(AccessRefused(ref=request.ref), actor=actor, subject=_subject(request), at=at)
    return request


def _ask(actor: Actor, asked: Asked, digest: str, reason: str, at: datetime) -> AccessRequest:
    with elevated("find whom a dealer asks for; only headquarters is told"):
        candidates = customers_fitting(asked)
    if candidates and Customer.objects.filter(pk__in=candidates).exists():
        raise AskingRefused("in_sight")
    request = AccessRequest.objects.create(
        ref=new_ref("Q"),
        organisation_id=actor.organisation_id,
        asked_for=asked.masked,
        digest=digest,
        candidates=candidates,
        reason=reason,
        asked_by=actor.user_id,
        asked_at=at,
    )
    record(AccessAsked(ref=request.ref), actor=actor, subject=_subject(request), at=at)
    return request


def _open(ref: str) -> AccessRequest:
    request = AccessRequest.objects.select_for_update().filter(ref=ref).first()
    if request is None:
        raise AccessRequestNotFound(ref)
    if request.state != _State.OPEN:
        raise AskingRefused("decided")
    return request


def _decide(actor: Actor, request: AccessRequest, state: AccessRequest.State, answer: str, at: datetime) -> None:
    request.state, request.answer = state, answer
    request.decided_by, request.decided_at = actor.user_id, at
    request.save()
    for tell in _tellers:
        tell(request, at)


def _hold(organisation_id: int) -> None:
    """Requests of one organisation are counted one after the other, so that many at once don't slip past the limit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, organisation_id])


def _subject(request: AccessRequest, customer_id: int | None = None) -> Subject:
    """Filed under the dealer, so that its screens learn of the decision at once."""
    return Subject("customers.accessrequest", request.pk, request.organisation_id, request.ref, customer_id)
