"""The signed link that opens one buyer's page, and the key that makes a form count once.

A link names a lead and how much of it its holder may see. It is bound to this purpose by its salt and valid for
180 days. Losing it costs no more than one enquiry's progress; it never opens another one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from vinloop.portal.events import LinkRefused

VALID_FOR = timedelta(days=180)
_LINK = signing.TimestampSigner(salt="vinloop.portal.enquiry-link")
_FORM = signing.Signer(salt="vinloop.portal.form-key")
_FULL, _PART = "f", "p"


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for. Without ``is_full`` the holder only learns that the enquiry arrived."""

    token: str
    ref: str
    is_full: bool
    issued_at: datetime


def make_token(ref: str, *, is_full: bool) -> str:
    """A token for the buyer's page of a lead."""
    return _LINK.sign(f"{ref}.{_FULL if is_full else _PART}")


def read_token(token: str) -> Link:
    """What the token stands for. Raises ``LinkRefused``."""
    try:
        value = _LINK.unsign(token, max_age=VALID_FOR)
    except signing.SignatureExpired as error:
        raise LinkRefused(is_expired=True) from error
    except signing.BadSignature as error:
        raise LinkRefused(is_expired=False) from error
    ref, _dot, level = value.rpartition(".")
    seconds = signing.b62_decode(token.split(":")[1])
    return Link(token, ref, level == _FULL, datetime.fromtimestamp(seconds, UTC))


def page_url(token: str) -> str:
    """The whole address of the buyer's page, for a message."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('portal:my', args=[token])}"


def new_form_key() -> str:
    """A fresh key for one rendering of the form, signed so that nobody claims another's."""
    return _FORM.sign(secrets.token_urlsafe(16))


def read_form_key(signed: str) -> str:
    """The key behind the signature; a new one when the signature is not ours, so that no enquiry is lost."""
    try:
        return _FORM.unsign(signed)
    except signing.BadSignature:
        return secrets.token_urlsafe(16)
