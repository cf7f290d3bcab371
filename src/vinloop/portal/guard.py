"""A brake on machines that fill in forms."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

from vinloop.kernel.settings import get_setting

_HOUR = 3600


def is_too_much(request: HttpRequest, what: str = "enquiry") -> bool:
    """Count one form from this address and tell whether it sent too many within the hour."""
    key = _key(request, what)
    if cache.add(key, 1, _HOUR):
        return False
    try:
        count = cache.incr(key)
    except ValueError:
        # It ran out between the two questions, so the hour is over.
        return False
    return count > int(get_setting("portal.enquiries_per_hour"))


def _key(request: HttpRequest, what: str) -> str:
    who = f"{what} {request.META.get('REMOTE_ADDR', '')}"
    return "portal:" + hashlib.blake2s(who.encode(), digest_size=16).hexdigest()
