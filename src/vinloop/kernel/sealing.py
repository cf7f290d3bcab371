"""Sensitive values at rest: sealed with AES-256-GCM, findable only by a keyed digest (HMAC-SHA256).

Both keys come from the installation's secret key by HKDF (RFC 5869), so that a copy of the database alone opens
nothing. A secret key that was replaced goes on opening what it sealed while it stands in ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12
_KEY_BYTES = 32
_DIGEST_BYTES = 16


class CannotOpen(Exception):
    """A sealed value none of the installation's keys opens: the key was lost, or the value was changed."""


def seal(text: str, *, purpose: str) -> bytes:
    """The text sealed. Two seals of one text differ, so nothing can be compared without opening."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(settings.SECRET_KEY, purpose).encrypt(nonce, text.encode(), purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """The text within. Raises ``CannotOpen``."""
    nonce, body = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(secret, purpose).decrypt(nonce, body, purpose.encode()).decode()
        except InvalidTag:
            continue
    raise CannotOpen(f"a value sealed for {purpose} can't be opened with the keys of this installation")


def is_under_todays_key(sealed: bytes, *, purpose: str) -> bool:
    """Whether the key of today opens it, and not only one that was replaced."""
    nonce, body = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    try:
        _cipher(settings.SECRET_KEY, purpose).decrypt(nonce, body, purpose.encode())
    except InvalidTag:
        return False
    return True


def digester(purpose: str) -> Callable[[str], str]:
    """The keyed digest for one purpose, 32 hexadecimal characters: equal texts, and only they, agree."""
    key = _derived(settings.SECRET_KEY, f"digest:{purpose}")

    def digest(text: str) -> str:
        return hmac.digest(key, text.encode(), hashlib.sha256)[:_DIGEST_BYTES].hex()

    return digest


@lru_cache(maxsize=16)
def _cipher(secret: str, purpose: str) -> AESGCM:
    return AESGCM(_derived(secret, f"seal:{purpose}"))


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"vinloop:{purpose}".encode()).derive(
        secret.encode()
    )
