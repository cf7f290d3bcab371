"""A repeated request gets the first one's answer instead of a second effect (``Idempotency-Key``)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.api.problems import CONTENT_TYPE, FieldProblem, ProblemError, invalid, make_problem
from vinloop.kernel.models import IdempotencyKey
from vinloop.kernel.once import claim, keep

KEPT: Final = timedelta(hours=48)
METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LONGEST = 200


def once(request: HttpRequest, actor: Actor, at: datetime, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Do ``work`` unless it was done under this key; raises ``ProblemError`` 422 for a key used otherwise."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not key or request.method not in METHODS or actor.user_id is None:
        return work()
    if len(key) > _LONGEST or not key.isprintable():
        raise ProblemError(invalid(FieldProblem("Idempotency-Key", _("Use at most 200 printable characters."))))
    fingerprint = _fingerprint(request, actor)
    claimed = claim(actor.user_id, key, fingerprint, at)
    if claimed is None:
        return _repeat(actor.user_id, key, fingerprint)
    response = work()
    if not isinstance(response, HttpResponse):
        raise TypeError("what changes something answers at once, or it could not be answered again")
    keep(claimed, response.status_code, response.content)
    return response


def forget_old_keys(at: datetime) -> int:
    """Delete keys older than 48 hours; returns how many."""
    count, _details = IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()
    return count


def _repeat(user_id: int, key: str, fingerprint: str) -> HttpResponse:
    kept = IdempotencyKey.objects.get(user_id=user_id, key=key)
    if kept.fingerprint != fingerprint:
        detail = _("Use a new key for a new request; a key belongs to one request and its repetitions.")
        problem = make_problem(422, "idempotency-key-reused", _("This key was used for another request"), detail)
        raise ProblemError(problem)
    content_type = CONTENT_TYPE if kept.status >= 400 else "application/json"
    return HttpResponse(
        bytes(kept.body), status=kept.status, content_type=content_type, headers={"Idempotency-Replayed": "true"}
    )


def _fingerprint(request: HttpRequest, actor: Actor) -> str:
    """What makes two requests the same; the organisation is part of it, so an answer never leaves its scope."""
    head = f"{actor.organisation_id}\n{request.method}\n{request.get_full_path()}\n{request.content_type}\n"
    return hashlib.sha256(head.encode() + request.body).hexdigest()
