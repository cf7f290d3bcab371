"""The same thing asked twice takes effect once: for programs by their key, for people by the form they sent.

The key is inserted in the transaction of the work itself. A second request with the same key waits at that
insert until the first has ended: if it committed, its answer is repeated; if it failed and was rolled back, the
key is free again and the second request is the first.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.kernel.models import IdempotencyKey

FIELD: Final = "once"
_LONGEST = 64
_UNSENT = {FIELD, "csrfmiddlewaretoken"}
_CLAIM = """
INSERT INTO kernel_idempotencykey (user_id, key, fingerprint, status, body, created_at)
VALUES (%s, %s, %s, 0, ''::bytea, %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""
_KEEP = "UPDATE kernel_idempotencykey SET status = %s, body = %s WHERE id = %s"
_FREE = "DELETE FROM kernel_idempotencykey WHERE id = %s"


def claim(user_id: int, key: str, fingerprint: str, at: datetime) -> int | None:
    """Take the key for this transaction; ``None`` when it was used before."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [user_id, key, fingerprint, at])
        row = cursor.fetchone()
    return row[0] if row else None


def keep(claimed: int, status: int, body: bytes) -> None:
    """Remember the answer given under a claimed key."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [status, body, claimed])


def form_key() -> SafeString:
    """The hidden field of a form that must not be carried out twice; new each time the form is shown."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(16))


def form_once(
    request: HttpRequest, user_id: int | None, scope: int | None, work: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Do what a sent form asks, unless this very form was carried out before: then lead on to where it led.

    A form that came back with something wrong did nothing, so its key is free again. The same form sent with other
    words than before is something new: what somebody typed is never dropped.
    """
    key = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if not key or len(key) > _LONGEST or user_id is None:
        return work()
    claimed = claim(user_id, f"form:{key}", _fingerprint(request, scope), timezone.now())
    if claimed is None:
        return _lead_on(request, user_id, key, scope) or work()
    response = work()
    _settle(claimed, response)
    return response


def _settle(claimed: int, response: HttpResponseBase) -> None:
    next_url = response.headers.get("Location") or response.headers.get("HX-Push-Url", "")
    if next_url and response.status_code < 400:
        keep(claimed, response.status_code, next_url.encode())
        return
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [claimed])


def _lead_on(request: HttpRequest, user_id: int, key: str, scope: int | None) -> HttpResponseBase | None:
    kept = IdempotencyKey.objects.filter(user_id=user_id, key=f"form:{key}").first()
    if kept is None or kept.fingerprint != _fingerprint(request, scope):
        return None
    messages.success(request, _("This was saved already. Nothing was saved twice."))
    return HttpResponseRedirect(bytes(kept.body).decode())


def _fingerprint(request: HttpRequest, scope: int | None) -> str:
    """What was sent, where to, and for which organisation."""
    sent = sorted((name, values) for name, values in request.POST.lists() if name not in _UNSENT)
    files = sorted((name, [(each.name, each.size) for each in each_of]) for name, each_of in request.FILES.lists())
    return hashlib.sha256(repr((scope, request.path, sent, files)).encode()).hexdigest()
