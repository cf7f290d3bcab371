"""A brake on callers who keep knocking without a valid token."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

REFUSALS = 30
SECONDS = 60


def count_refusal(request: HttpRequest) -> int:
    """Count a 401 for this address and route; the seconds to wait once there were 30 in a minute, else 0.

    Only refusals are counted and only refusals are slowed down: a valid token from the same address, behind a
    dealer's one router, is never turned away.
    """
    key = _key(request)
    if cache.add(key, 1, SECONDS):
        return 0
    try:
        count = cache.incr(key)
    except ValueError:
        return 0
    return SECONDS if count > REFUSALS else 0


def _key(request: HttpRequest) -> str:
    route = request.resolver_match.route if request.resolver_match else request.path
    who = f"{request.META.get('REMOTE_ADDR', '')} {route}"
    return "refused:" + hashlib.blake2s(who.encode(), digest_size=16).hexdigest()
